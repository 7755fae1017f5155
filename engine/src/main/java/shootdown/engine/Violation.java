package shootdown.engine;

import java.util.List;

/**
 * The first violation of a property, in the canonical order, with a shortest path to it.
 *
 * @param property the property's number
 * @param depth the number of steps of the path, the violating step included
 * @param states the states from an initial one to the violating one; or, if a step is at fault, to
 *     the one from which it was taken
 * @param lastStep the number of the step that is at fault, or -1 if the last state is
 */
public record Violation(int property, int depth, List<long[]> states, int lastStep) {

    /** The {@link #lastStep()} of a violation by a state. */
    public static final int NO_STEP = -1;

    public Violation {
        states = List.copyOf(states);
    }
}
