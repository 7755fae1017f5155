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
    static Offence read(In in) {
        return new Offence(
                in.number(), in.small(), in.number(), in.number(), in.small() + Violation.NO_STEP);
    }

    void write(Out out) {
        out.number(properties).number(depth).number(rank);
        out.number(state).number(step - Violation.NO_STEP);
    }

    /** Returns this with the rank that is known now, if it is a step; states bring their own. */
    Offence ranked(long stepRank) {
        return step == Violation.NO_STEP
                ? this
                : new Offence(properties, depth, stepRank, state, step);
    }

    /** Whether this one comes first in the canonical order. */
    boolean precedes(Offence other) {
        if (depth != other.depth) {
            return depth < other.depth;
        }
        return rank != other.rank ? rank < other.rank : state < other.state;
    }
}
