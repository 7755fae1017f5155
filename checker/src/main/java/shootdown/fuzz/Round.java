package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Outcome;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One universe and the walks through it. A round is a function of the seed, its number and its
 * target, so rounds can be done in any order, anywhere.
 */
final class Round {
    private final Target target;
    private final long number;
    private final Blueprint plan;
    private final Dice dice;
    private final BooleanSupplier cancelled;
    private @Nullable Small small;

    Round(Target target, long seed, long number, BooleanSupplier cancelled) {
        this.target = target;
        this.number = number;
        this.cancelled = cancelled;
        this.plan = plan(target, seed, number);
        this.dice = Dice.of(seed + 1, number);
    }

    /** The universe of a round. */
    static Blueprint plan(Target target, long seed, long number) {
        return Composer.compose(Dice.of(seed, number), target.defects());
    }

    static String name(long number) {
        return "fuzz-" + number;
    }

    /** Walks until something breaks that is the target's doing, or nothing new comes. */
    Shard run() {
        List<Hit> hits = new ArrayList<>();
        List<Stop> stops = new ArrayList<>();
        Universe universe = plan.universe(name(number));
        Hunt hunt = new Hunt(target.policy().policy(), universe, dice, cancelled);
        long properties = target.mask();
        try {
            while (properties != 0) {
                @Nullable Trip trip = hunt.run(properties);
                if (trip == null) {
                    break;
                }
                Hit hit = hit(universe, trip);
                hits.add(hit);
                if (!hit.unattributed()) {
                    break;
                }
                properties &= ~trip.property().bit();
            }
        } catch (IllegalStateException | IndexOutOfBoundsException | ArithmeticException e) {
            stops.add(new Stop(target.name(), number, words(e)));
        }
        Work work = new Work(target.name(), hunt.walks(), hunt.steps());
        return new Shard(number, number + 1, List.of(work), hits, stops);
    }

    /** What the model itself stopped with, and where. */
    private static String words(RuntimeException e) {
        String where =
                Arrays.stream(e.getStackTrace())
                        .findFirst()
                        .map(frame -> " in " + frame.getFileName() + ":" + frame.getLineNumber())
                        .orElse("");
        return (e + where).replace('\n', ' ');
    }

    /** Where the last hit breaks, or null if there is none. */
    @Nullable Small small() {
        return small;
    }

    private Hit hit(Universe universe, Trip trip) {
        Trip shorter = Reducer.shorter(target.policy().policy(), universe, trip);
        small = small(target, plan, shorter, cancelled);
        return new Hit(
                target.name(),
                number,
                trip.property(),
                universe.machine().isHypothetical(),
                small == null,
                shorter.steps());
    }

    /** A small universe in which it breaks and a trusted policy keeps it; null if there is none. */
    static @Nullable Small small(
            Target target, Blueprint plan, Trip trip, BooleanSupplier cancelled) {
        Reducer reducer = new Reducer(target.policy(), trip.property(), cancelled);
        Blueprint narrowed = reducer.narrowed(plan, trip);
        if (!reducer.breaks(narrowed)) {
            narrowed = plan;
        }
        Blueprint least = reducer.smallest(narrowed, Reducer.ANYTHING);
        @Nullable CatalogueEntry control = control(target, least, reducer);
        if (control == null && control(target, narrowed, reducer) != null) {
            // it has become something else on the way
            least = reducer.smallest(narrowed, p -> control(target, p, reducer) != null);
            control = control(target, least, reducer);
        }
        return control == null ? null : new Small(least, control);
    }

    /** A universe from which nothing can be taken, and who keeps the property there. */
    record Small(Blueprint plan, CatalogueEntry control) {}

    private static @Nullable CatalogueEntry control(
            Target target, Blueprint plan, Reducer reducer) {
        Blueprint sound = plan.withDefects(Set.of());
        for (CatalogueEntry trusted : target.controls()) {
            if (reducer.control(trusted, sound) == Outcome.SAFE) {
                return trusted;
            }
        }
        return null;
    }
}
