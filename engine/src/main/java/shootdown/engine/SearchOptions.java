package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;

/**
 * How to search.
 *
 * @param threads worker threads; results do not depend on it
 * @param maxStates the most states to store; the search is cut there in the canonical order
 * @param memoryBytes the most bytes that the engine may allocate
 * @param covering whether states that a visited one covers are left out; see {@link
 *     TransitionSystem#firstSetBlock()}
 * @param symmetry whether only the least permutation of each state is stored
 * @param cancelled polled every few milliseconds; true ends the search; must be thread-safe
 * @param progress hears how far the search is
 * @param stopWhenViolated stop early once all these properties (bit i for property i) are violated;
 *     0 to search all states
 * @param folder where the search keeps what outgrows memory, and its checkpoints; null for none
 */
public record SearchOptions(
        int threads,
        long maxStates,
        long memoryBytes,
        boolean covering,
        boolean symmetry,
        BooleanSupplier cancelled,
        Progress progress,
        long stopWhenViolated,
        @Nullable SearchFolder folder) {

    public SearchOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads);
        }
        if (maxStates < 1) {
            throw new IllegalArgumentException("maxStates: " + maxStates);
        }
        if (memoryBytes < 1) {
            throw new IllegalArgumentException("memoryBytes: " + memoryBytes);
        }
    }

    /** One thread, plain search of all states, at most half of the heap. */
    public static SearchOptions defaults() {
        return new SearchOptions(
                1,
                Long.MAX_VALUE,
                Runtime.getRuntime().maxMemory() / 2,
                false,
                false,
                () -> false,
                Progress.NONE,
                0,
                null);
    }

    public SearchOptions withThreads(int value) {
        return new SearchOptions(
                value,
                maxStates,
                memoryBytes,
                covering,
                symmetry,
                cancelled,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withMaxStates(long value) {
        return new SearchOptions(
                threads,
                value,
                memoryBytes,
                covering,
                symmetry,
                cancelled,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withMemoryBytes(long value) {
        return new SearchOptions(
                threads,
                maxStates,
                value,
                covering,
                symmetry,
                cancelled,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withCovering(boolean value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                value,
                symmetry,
                cancelled,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withSymmetry(boolean value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                covering,
                value,
                cancelled,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withCancelled(BooleanSupplier value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                covering,
                symmetry,
                value,
                progress,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withProgress(Progress value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                covering,
                symmetry,
                cancelled,
                value,
                stopWhenViolated,
                folder);
    }

    public SearchOptions withStopWhenViolated(long value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                covering,
                symmetry,
                cancelled,
                progress,
                value,
                folder);
    }

    public SearchOptions withFolder(@Nullable SearchFolder value) {
        return new SearchOptions(
                threads,
                maxStates,
                memoryBytes,
                covering,
                symmetry,
                cancelled,
                progress,
                stopWhenViolated,
                value);
    }
}
