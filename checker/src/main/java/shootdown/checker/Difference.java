package shootdown.checker;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The first reachable state in which two policies decide differently.
 *
 * @param first what the policy in force plans there
 * @param second what the other one plans there
 * @param events the steps that lead there, the last one being the step in which they differ
 * @param opening the first state
 * @param firstCell the check of the first policy in that universe
 * @param secondCell the check of the second one
 * @param consequence a story of the one that breaks something which the other keeps, if there is
 *     one
 */
public record Difference(
        String first,
        String second,
        Picture opening,
        List<Story.Event> events,
        Cell firstCell,
        Cell secondCell,
        @Nullable Story consequence) {
    public Difference {
        events = List.copyOf(events);
    }

    /** Whether the two policies get different verdicts here. */
    public boolean matters() {
        return !firstCell.broken().equals(secondCell.broken());
    }
}
