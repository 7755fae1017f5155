package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Driver;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.engine.SearchOptions;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Makes what was found small: first the way to it, then the universe, of which everything is taken
 * out that it does not need. Each smaller universe is searched exhaustively until the property
 * breaks.
 */
final class Reducer {
    /** States after which a search is given up. */
    private static final long MOST_STATES = 300_000;

    private final CatalogueEntry policy;
    private final Property property;
    private final BooleanSupplier cancelled;

    Reducer(CatalogueEntry policy, Property property, BooleanSupplier cancelled) {
        this.policy = policy;
        this.property = property;
        this.cancelled = cancelled;
    }

    // The way.

    /** A way that takes a part of these steps only; none of them can be left out alone. */
    static Trip shorter(Policy policy, Universe universe, Trip trip) {
        Driver driver = new Driver(policy, universe);
        List<Story.Step> steps = trip.steps();
        for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
            boolean again = true;
            while (again) {
                again = false;
                for (int from = 0; from < steps.size(); from += size) {
                    List<Story.Step> less = new ArrayList<>(steps.subList(0, from));
                    less.addAll(steps.subList(Math.min(from + size, steps.size()), steps.size()));
                    List<Story.Step> taken = follow(driver, less, trip.property());
                    if (taken != null && taken.size() < steps.size()) {
                        steps = taken;
                        again = true;
                        from -= size;
                    }
                }
            }
        }
        return new Trip(trip.property(), steps);
    }

    /** Those of the steps that are possible, until the property breaks; null if it does not. */
    static @Nullable List<Story.Step> follow(
            Driver driver, List<Story.Step> steps, Property property) {
        Hypervisor xen = driver.hypervisor();
        long[] s = driver.firstState();
        int[] actions = new int[xen.actionCount()];
        List<Story.Step> taken = new ArrayList<>();
        for (Story.Step step : steps) {
            int n = xen.actions(s, step.cpu(), actions);
            boolean possible = false;
            for (int i = 0; i < n; i++) {
                possible |= actions[i] == step.action();
            }
            if (possible) {
                long broken =
                        driver.step(
                                s, step.cpu(), step.action(), m -> Math.min(step.answer(), m - 1));
                taken.add(step);
                if ((broken & property.bit()) != 0) {
                    return taken;
                }
            }
        }
        return null;
    }

    // The universe.

    /** The same with the operations alone that the way needs, if that is enough. */
    Blueprint narrowed(Blueprint plan, Trip trip) {
        long[] used = new long[plan.operations().size()];
        for (Story.Step step : trip.steps()) {
            if (step.action() < used.length) {
                used[step.action()] |= 1L << step.cpu();
            }
        }
        Blueprint least = keep(plan, used, operation -> false);
        if (breaks(least)) {
            return least;
        }
        return keep(plan, used, Reducer::reads);
    }

    /** What lets P3 look at a linear page though it need not happen. */
    private static boolean reads(Operation operation) {
        return operation instanceof Operation.UpdateVaMappingCall
                || operation instanceof Operation.LinearL1Read
                || operation instanceof Operation.Grant
                || operation instanceof Operation.SetLdt
                || operation instanceof Operation.LdtFault
                || operation instanceof Operation.Access;
    }

    private static Blueprint keep(Blueprint plan, long[] used, Predicate<Operation> also) {
        List<Allowed> kept = new ArrayList<>();
        for (int i = 0; i < used.length; i++) {
            Allowed allowed = plan.operations().get(i);
            if (used[i] != 0) {
                kept.add(Reductions.on(allowed, used[i]));
            } else if (also.test(allowed.operation())) {
                kept.add(allowed);
            }
        }
        return plan.withOperations(kept);
    }

    /** States after which the whole of a small universe is too much. */
    private static final long MOST_EXPLORED = 100_000;

    private static final long NEVER = -1;

    /** No further wish. */
    static final Predicate<Blueprint> ANYTHING = plan -> true;

    /**
     * A universe from which nothing can be taken out alone. A smaller universe takes no longer to
     * break than a larger one, so each trial may visit few more states than the last success did.
     *
     * @param also what must be true of it, besides that the property breaks
     */
    Blueprint smallest(Blueprint plan, Predicate<Blueprint> also) {
        Blueprint small = plan;
        Blueprint tidied = Reductions.tidied(plan);
        long states = statesToBreak(tidied, MOST_STATES);
        if (states == NEVER) {
            return small;
        }
        small = tidied;
        boolean again = true;
        while (again) {
            again = false;
            // each list is made for the blueprint at hand, so begin anew after a success
            for (Blueprint less : Reductions.of(small).toList()) {
                if (cancelled.getAsBoolean()) {
                    return small;
                }
                tidied = Reductions.tidied(less);
                long now = statesToBreak(tidied, states + states / 2 + 500);
                if (now != NEVER && also.test(tidied)) {
                    small = tidied;
                    states = now;
                    again = true;
                    break;
                }
            }
        }
        return small;
    }

    boolean breaks(Blueprint plan) {
        return statesToBreak(plan, MOST_STATES) != NEVER;
    }

    private long statesToBreak(Blueprint plan, long most) {
        try {
            Cell cell = check(policy, plan.universe("trial"), property.bit(), most);
            return cell.broken().contains(property) ? cell.states() : NEVER;
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            return NEVER; // no such machine, or a first state that Xen refuses
        }
    }

    private Cell check(CatalogueEntry who, Universe universe, long until, long most) {
        SearchOptions search =
                CheckOptions.reduced()
                        .search()
                        .withMaxStates(most)
                        .withCancelled(cancelled)
                        .withStopWhenViolated(until);
        return Checker.check(who, universe, CheckOptions.reduced().withSearch(search));
    }

    /** All of a universe under a policy. */
    Cell explore(CatalogueEntry who, Blueprint plan, String name) {
        return check(who, plan.universe(name), 0, MOST_EXPLORED);
    }

    /** What a policy that is beyond doubt makes of the same universe. */
    Outcome control(CatalogueEntry trusted, Blueprint plan) {
        Cell cell = explore(trusted, plan, "control");
        return cell.verdicts().get(property.index()).outcome();
    }
}
