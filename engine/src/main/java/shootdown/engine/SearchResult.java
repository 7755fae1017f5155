package shootdown.engine;

import java.util.List;
import java.util.Optional;

/**
 * What a search found. All is the same for any number of threads, but for the three measured
 * values: {@link #storeBytes()}, {@link #nanos()} and {@link #bytesPerState()}.
 *
 * @param end why it ended
 * @param states distinct states stored
 * @param transitions successors generated
 * @param depth the greatest depth at which a state was found; initial states are at 0
 * @param counters the sums of the expanders' counters
 * @param frontiers the number of states found at each depth
 * @param violations the first violation of each violated property, in order of properties
 * @param storeBytes measured: bytes that the engine had allocated at the most
 * @param nanos measured: duration
 */
public record SearchResult(
        End end,
        long states,
        long transitions,
        int depth,
        long[] counters,
        long[] frontiers,
        List<Violation> violations,
        long storeBytes,
        long nanos) {

    public SearchResult {
        counters = counters.clone();
        frontiers = frontiers.clone();
        violations = List.copyOf(violations);
    }

    /** Returns the first violation of a property, if it is violated. */
    public Optional<Violation> violation(int property) {
        return violations.stream().filter(v -> v.property() == property).findFirst();
    }

    /** Measured: bytes allocated for each state stored. */
    public double bytesPerState() {
        return states == 0 ? 0 : (double) storeBytes / states;
    }

    /** Measured: distinct states found in a second. */
    public double statesPerSecond() {
        return nanos == 0 ? 0 : states * 1e9 / nanos;
    }
}
