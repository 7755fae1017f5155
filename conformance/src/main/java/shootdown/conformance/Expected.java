package shootdown.conformance;

import java.util.BitSet;
import java.util.List;

/**
 * What the model says that a program does.
 *
 * @param start the page state before the first step
 * @param steps one for each step of the program
 */
record Expected(long[] start, List<After> steps) {
    /**
     * The first step for which the model allows several behaviours; their number if there is none.
     */
    int firstOpen() {
        int step = 0;
        while (step < steps.size() && !steps.get(step).isOpen()) {
            step++;
        }
        return step;
    }

    /**
     * After a step.
     *
     * @param answers what the guest sees of the call
     * @param pages the page state, as in {@link PageWords}
     * @param mapped the grant maps that are there, by their place among those that succeeded
     * @param accessed the frame that the guest's own access reached, or -1
     * @param loses whether the step comes where Xen loses a table half validated
     * @param isOpen whether the model allows more than one behaviour
     */
    record After(
            Answer answers,
            long[] pages,
            BitSet mapped,
            int accessed,
            boolean loses,
            boolean isOpen) {}

    /**
     * What the guest sees of a call.
     *
     * @param end how it ended
     * @param code the result; or vector and error code of the exception
     * @param done {@code *pdone}, -1 if it was not written
     * @param value what was read, or a grant operation's status
     * @param entries those of a multicall's entries
     */
    record Answer(End end, int code, int errorCode, long done, long value, List<Answer> entries) {}

    /** How a call ends. */
    enum End {
        /** It does not: the domain crashed before. */
        NONE,
        RETURNED,
        FAULTED,
        CRASHED
    }
}
