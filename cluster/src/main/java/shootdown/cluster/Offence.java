package shootdown.cluster;

import shootdown.engine.Violation;

/**
 * A state or a step that violates properties.
 *
 * @param properties bit i for property i
 * @param depth the number of steps that lead to it
 * @param rank the number of states that are discovered before it
 * @param state the number of the violating state, or of the one that the step leaves
 * @param step the step at fault or {@link Violation#NO_STEP}
 */
record Offence(long properties, int depth, long rank, long state, int step) {
    /** Whether this one comes first in the canonical order. */
    boolean precedes(Offence other) {
        if (depth != other.depth) {
            return depth < other.depth;
        }
        return rank != other.rank ? rank < other.rank : state < other.state;
    }
}
