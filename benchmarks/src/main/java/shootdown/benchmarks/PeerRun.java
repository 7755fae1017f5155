package shootdown.benchmarks;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.Violation;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

/**
 * One search in one process, without any reduction, for {@code compare-peers.sh}: prints distinct
 * states, transitions, depth, bytes that the engine allocated, and the steps to the first violation
 * or 0.
 *
 * <pre>
 * PeerRun THREADS sd FRAMES CAPACITY [bug]
 * PeerRun THREADS UNIVERSE POLICY [PROPERTY]
 * </pre>
 *
 * <p>With {@code bug} or a property the search ends at the first violation.
 */
public final class PeerRun {
    private PeerRun() {}

    public static void main(String[] args) {
        if (args.length < 3) {
            throw new IllegalArgumentException("THREADS sd FRAMES CAPACITY [bug], or a universe");
        }
        SearchOptions search = CheckOptions.plain().search().withThreads(Integer.parseInt(args[0]));
        if (args[1].equals("sd")) {
            sd(Integer.parseInt(args[2]), Integer.parseInt(args[3]), args.length > 4, search);
        } else {
            Universe universe = Universes.find(args[1]).orElseThrow();
            CatalogueEntry policy = Catalogue.find(args[2]).orElseThrow();
            long stop = args.length > 3 ? Property.valueOf(args[3]).bit() : 0;
            universe(universe, policy, search.withStopWhenViolated(stop));
        }
    }

    private static void sd(int frames, int capacity, boolean bug, SearchOptions search) {
        SearchResult found =
                Search.run(
                        new SdModel(frames, capacity, bug),
                        search.withStopWhenViolated(bug ? 1 : 0));
        int steps = found.violation(0).map(Violation::depth).orElse(0);
        print(found.states(), found.transitions(), found.depth(), found.storeBytes(), steps);
    }

    private static void universe(Universe universe, CatalogueEntry policy, SearchOptions search) {
        Cell cell = Checker.check(policy, universe, CheckOptions.plain().withSearch(search));
        int steps =
                cell.verdicts().stream()
                        .mapToInt(Cell.Verdict::depth)
                        .filter(depth -> depth >= 0)
                        .min()
                        .orElse(0);
        print(cell.states(), cell.transitions(), cell.depth(), cell.storeBytes(), steps);
    }

    private static void print(long states, long transitions, int depth, long bytes, int steps) {
        System.out.println(states + " " + transitions + " " + depth + " " + bytes + " " + steps);
    }
}
