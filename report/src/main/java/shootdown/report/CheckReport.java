package shootdown.report;

import shootdown.checker.Cell;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * All that a check found.
 *
 * @param version of the program
 * @param policies the rows, in the order of the question
 * @param universes the columns, in their order
 * @param properties what was judged, in their order
 * @param results row by row
 * @param limits how it was searched
 * @param interrupted whether it was ended by Ctrl-C
 * @param measured what it took
 */
public record CheckReport(
        String version,
        List<CatalogueEntry> policies,
        List<Universe> universes,
        List<Property> properties,
        List<Result> results,
        Limits limits,
        boolean interrupted,
        Measured measured) {

    /**
     * How the universes were searched.
     *
     * @param maxStates the most states a cell, or 0 for any number
     * @param memoryBytes the most bytes, or 0 if it was left to the program
     */
    public record Limits(
            long maxStates,
            long memoryBytes,
            boolean covering,
            boolean symmetry,
            boolean fusing,
            boolean explicit) {}

    /**
     * What depends on the machine and its load.
     *
     * @param nanos duration of the whole check
     * @param threads that were used
     */
    public record Measured(long nanos, int threads) {}

    public CheckReport {
        policies = List.copyOf(policies);
        universes = List.copyOf(universes);
        properties = List.copyOf(properties);
        results = List.copyOf(results);
    }

    /** The results of one policy, in the order of the universes. */
    public List<Result> of(CatalogueEntry policy) {
        return results.stream().filter(result -> result.policy().equals(policy)).toList();
    }

    /** Whether something that was expected did not happen, or the other way round. */
    public boolean differs() {
        return results.stream().anyMatch(Result::differs);
    }

    /** That of all that counts: broken outranks inconclusive, which outranks safe. */
    public Outcome outcome() {
        List<Result> counting = results.stream().filter(Result::counts).toList();
        if (counting.stream().anyMatch(result -> result.outcome() == Outcome.BROKEN)) {
            return Outcome.BROKEN;
        }
        boolean all = counting.stream().allMatch(Result::isExhaustive);
        return all ? Outcome.SAFE : Outcome.INCONCLUSIVE;
    }

    /** Whether every universe was explored to its end under every policy. */
    public boolean isExhaustive() {
        return results.stream().allMatch(Result::isExhaustive);
    }

    long states() {
        return results.stream().mapToLong(r -> r.cell() == null ? 0 : r.cell().states()).sum();
    }

    long transitions() {
        return results.stream().mapToLong(r -> r.cell() == null ? 0 : r.cell().transitions()).sum();
    }

    int depth() {
        return results.stream()
                .mapToInt(r -> r.cell() == null ? 0 : r.cell().depth())
                .max()
                .orElse(0);
    }

    /** The most bytes that the store of a cell took. */
    long storeBytes() {
        return results.stream()
                .mapToLong(r -> r.cell() == null ? 0 : r.cell().storeBytes())
                .max()
                .orElse(0);
    }

    /** How many cells were searched; the others decide alike with one of these. */
    long searches() {
        return searched().count();
    }

    /** How many cells have a result. */
    long ran() {
        return results.stream().filter(Result::ran).count();
    }

    /** Of the states that were searched. */
    double statesPerSecond() {
        long states = searched().mapToLong(Cell::states).sum();
        return measured.nanos() == 0 ? 0 : states * 1e9 / measured.nanos();
    }

    private Stream<Cell> searched() {
        return results.stream()
                .map(Result::cell)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .filter(Cell::isOwnSearch);
    }
}
