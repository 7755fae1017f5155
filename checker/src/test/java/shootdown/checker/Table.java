package shootdown.checker;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Cells that several tests look at, each computed once. */
final class Table {
    private static final Map<String, Cell> CELLS = new ConcurrentHashMap<>();

    private Table() {}

    /** The cell as a check without options computes it. */
    static Cell reduced(CatalogueEntry policy, Universe universe) {
        return CELLS.computeIfAbsent(
                policy.name() + " in " + universe.name(),
                cell -> Checker.check(policy, universe, CheckOptions.reduced()));
    }

    static CatalogueEntry policy(String name) {
        return Catalogue.find(name).orElseThrow();
    }

    static Universe universe(String name) {
        return Universes.find(name).orElseThrow();
    }

    /** A policy that no catalogue has. */
    static CatalogueEntry testOnly(String name, Policy policy) {
        return new CatalogueEntry(name, List.of(), policy, "test only", "test", false, List.of());
    }

    /** What differs when reductions are switched: the verdict on each property. */
    static List<String> verdicts(Cell cell) {
        return cell.verdicts().stream()
                .map(verdict -> verdict.property() + " " + verdict.outcome())
                .toList();
    }

    /** As {@link #verdicts}, with the length of the shortest violation. */
    static List<String> lengths(Cell cell) {
        return cell.verdicts().stream()
                .map(verdict -> verdict.property() + " " + verdict.depth())
                .toList();
    }
}
