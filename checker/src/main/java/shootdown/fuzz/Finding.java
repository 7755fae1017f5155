package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Driver;
import shootdown.checker.Exhibit;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.SearchOptions;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What was hit, made small.
 *
 * @param target what is broken
 * @param hit where
 * @param universe a universe from which nothing can be taken, if it could be made so small that a
 *     search reaches the end of a story; else the one of the round
 * @param cell the exhaustive search of it; null if it was not made small
 * @param control a policy under which the property holds there, or null if there is none
 * @param story the shortest in that universe, or the way of the walk
 */
public record Finding(
        Target target,
        Hit hit,
        Universe universe,
        @Nullable Cell cell,
        @Nullable CatalogueEntry control,
        Story story) {

    static Finding of(
            Target target,
            long seed,
            Hit hit,
            Round.@Nullable Small known,
            BooleanSupplier cancelled) {
        Blueprint plan = Round.plan(target, seed, hit.round());
        String name = Round.name(hit.round());
        Universe big = plan.universe(name);
        Driver driver = new Driver(target.policy().policy(), big);
        @Nullable List<Story.Step> way = Reducer.follow(driver, hit.steps(), hit.property());
        if (way == null || way.size() != hit.steps().size()) {
            throw new IllegalArgumentException(
                    "round %d of seed %d does not break %s of %s as it is said to"
                            .formatted(hit.round(), seed, hit.property(), target.name()));
        }
        Trip trip = new Trip(hit.property(), way);
        Round.@Nullable Small small =
                known == null ? Round.small(target, plan, trip, cancelled) : known;
        if (small == null) {
            return asWalked(target, hit, big, way);
        }
        try {
            return small(target, hit, small, name, cancelled);
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            return asWalked(
                    target, hit, big, way); // a defect can go on to what the model is not for
        }
    }

    private static Finding small(
            Target target, Hit hit, Round.Small small, String name, BooleanSupplier cancelled) {
        Universe universe = small.plan().universe(name);
        Reducer reducer = new Reducer(target.policy(), hit.property(), cancelled);
        Cell cell = reducer.explore(target.policy(), small.plan(), name);
        SearchOptions search = CheckOptions.reduced().search().withCancelled(cancelled);
        boolean defective = !target.defects().isEmpty();
        // no policy can be a remedy for a defect
        Exhibit.Check teachers = defective ? (who, where, how) -> cell : Checker::check;
        Story story =
                Storyteller.tell(
                                target.policy(),
                                universe,
                                List.of(hit.property()),
                                teachers,
                                CheckOptions.reduced().withSearch(search))
                        .getFirst();
        String remedy =
                "With the fix in, it holds here under '%s'.".formatted(small.control().name());
        return new Finding(
                target,
                hit,
                universe,
                cell,
                small.control(),
                defective ? story.withRemedy(remedy) : story);
    }

    private static Finding asWalked(
            Target target, Hit hit, Universe universe, List<Story.Step> way) {
        Story story = Storyteller.retell(target.policy(), universe, hit.property(), way);
        return new Finding(target, hit, universe, null, null, story);
    }
}
