package shootdown.checker;

import shootdown.engine.End;
import shootdown.engine.SearchFolder;
import shootdown.hypervisor.Decisions;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Checks many policies in many universes, and searches only where no search before has the answer.
 *
 * <p>Policies often decide the same in a universe: where nothing is global, say, or no L4 is ever
 * edited. So each search notes what its policy was asked and decided; whoever would have answered
 * all of that in the same way has the same states, steps and violations, to the last count ({@link
 * Decisions}).
 *
 * <p>It is so for policies of the catalogue and weakened ones that treat all CPUs alike and are not
 * ideal. All others are searched for, and so is whatever a limit has cut. Thread-safe.
 */
public final class Checks implements Exhibit.Check {
    /** A search that was exhaustive. */
    private record Searched(Reductions reductions, Decisions decisions, Cell cell) {}

    /** What changes the states that are counted, or what is judged. */
    private record Reductions(
            boolean covering, boolean symmetry, boolean fusing, boolean explicit, boolean strict) {
        static Reductions of(CheckOptions options) {
            return new Reductions(
                    options.search().covering(),
                    options.search().symmetry(),
                    options.fusing(),
                    options.explicit(),
                    options.strict());
        }
    }

    private final Map<Universe, Queue<Searched>> known = new ConcurrentHashMap<>();

    /** As {@link Checker#check}, which also tells whether the search was another policy's. */
    @Override
    public Cell check(CatalogueEntry policy, Universe universe, CheckOptions options) {
        if (policy.ideal() || !Weakenings.isBlind(policy.policy())) {
            return Checker.check(policy, universe, options);
        }
        Reductions reductions = Reductions.of(options);
        Queue<Searched> searches =
                known.computeIfAbsent(universe, none -> new ConcurrentLinkedQueue<>());
        for (Searched search : searches) {
            if (search.reductions.equals(reductions)
                    && search.cell.states() <= options.search().maxStates()
                    && search.decisions.areAlsoThoseOf(policy.policy())) {
                return search.cell.of(policy);
            }
        }
        Decisions decisions = new Decisions(universe.machine());
        Cell cell = Checker.check(policy, universe, options, decisions);
        SearchFolder folder = options.search().folder();
        boolean whole = folder == null || !folder.isResumed(); // else some decisions are not noted
        if (cell.end() == End.EXHAUSTED && whole) {
            searches.add(new Searched(reductions, decisions, cell));
        }
        return cell;
    }
}
