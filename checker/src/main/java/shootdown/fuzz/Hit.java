package shootdown.fuzz;

import shootdown.checker.Property;
import shootdown.checker.Story;

import java.util.List;

/**
 * Something that a walk has broken, and by which it can be found again.
 *
 * @param target name of the target
 * @param round number of the round, which with the seed makes the universe
 * @param property what breaks
 * @param hypothetical whether the machine is none that Xen could be
 * @param unattributed whether no universe was found in which a trusted policy keeps the property:
 *     then it breaks under these too, or is too large to say
 * @param steps a way there from the first state
 */
public record Hit(
        String target,
        long round,
        Property property,
        boolean hypothetical,
        boolean unattributed,
        List<Story.Step> steps) {
    public Hit {
        steps = List.copyOf(steps);
    }

    /** Whether its target is broken for good: by its own doing, on a machine that Xen could be. */
    public boolean isSettling() {
        return !hypothetical && !unattributed;
    }

    /** Whether an earlier hit says the same of its target, or says enough. */
    boolean isSettledBy(Hit earlier) {
        boolean same =
                hypothetical == earlier.hypothetical
                        && unattributed == earlier.unattributed
                        && (!unattributed || property == earlier.property);
        return target.equals(earlier.target)
                && (same || (earlier.isSettling() && round > earlier.round));
    }

    /** Whether what was done for its target from a round on was done in vain. */
    boolean leavesOut(Work work, long from) {
        return isSettling() && target.equals(work.target()) && from > round;
    }

    /** Whether a round of its target comes too late to be told of. */
    boolean leavesOut(Stop stop) {
        return isSettling() && target.equals(stop.target()) && stop.round() > round;
    }
}
