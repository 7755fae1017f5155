package shootdown.checker;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a path leads, and where it goes on from there.
 *
 * @param path the numbers of the steps taken, each among those that were possible where it was
 *     taken
 * @param story the same steps told; its last state is this place
 * @param breaks for each step the properties that it, or the state after it, violates
 * @param next the steps that are possible here, in the order of their numbers
 * @param judgements what each property says of the last step and of the state here
 * @param wrong for each property that is violated here what is wrong, in one sentence
 */
public record Place(
        List<Integer> path,
        Story story,
        List<Set<Property>> breaks,
        List<Next> next,
        Map<Property, Judgement> judgements,
        Map<Property, String> wrong) {
    public Place {
        path = List.copyOf(path);
        breaks = List.copyOf(breaks);
        next = List.copyOf(next);
    }

    /** What a property says of a place. */
    public enum Judgement {
        NOTHING_AT_STAKE,
        HOLDS,
        BROKEN
    }

    /**
     * A step that is possible.
     *
     * @param number in the path
     * @param cpu the CPU that chooses it; another one may act, as it does when it serves a flush
     * @param actor the CPU that acts
     * @param function Xen's function, or {@code guest}
     * @param text what is done, in a few words
     * @param operation what it begins, with all its arguments; empty if it goes on with something
     * @param choice which of the results that the step may have, 0 for the first
     * @param choices how many there are
     * @param changes what changes
     * @param breaks the properties that the step, or the state after it, violates
     */
    public record Next(
            int number,
            int cpu,
            int actor,
            String function,
            String text,
            String operation,
            int choice,
            int choices,
            List<String> changes,
            Set<Property> breaks) {
        public Next {
            changes = List.copyOf(changes);
        }
    }
}
