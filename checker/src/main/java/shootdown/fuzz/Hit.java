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
 * @param shared whether it breaks under the trusted policies too: none of the target's doing
 * @param steps a way there from the first state
 */
public record Hit(
        String target,
        long round,
        Property property,
        boolean hypothetical,
        boolean shared,
        List<Story.Step> steps) {
    public Hit {
        steps = List.copyOf(steps);
    }

    /** Whether its target is broken for good: by its own doing, on a machine that Xen could be. */
    public boolean isSettling() {
        return !hypothetical && !shared;
    }

    /** Whether an earlier hit says the same of its target, or says enough. */
    boolean isSettledBy(Hit earlier) {
        boolean same =
                hypothetical == earlier.hypothetical
                        && shared == earlier.shared
                        && (!shared || property == earlier.property);
        return target.equals(earlier.target)
                && (same || (earlier.isSettling() && round > earlier.round));
    }
}
