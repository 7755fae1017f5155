package shootdown.checker;

import shootdown.hypervisor.Hypervisor;

import java.util.Set;

/**
 * Something that may be true where the programs of a machine have come to their end, or, if it says
 * so, in any state.
 */
@FunctionalInterface
public interface Goal {
    /**
     * Whether it is true of a state. Called by several threads at once, each with a machine of its
     * own.
     *
     * @param state must not be changed
     */
    boolean isReached(Hypervisor xen, long[] state);

    /**
     * The same, asked of a state together with what the way to it breaks.
     *
     * @param broken the properties that the state violates, or the step that led to it
     */
    default boolean isReached(Hypervisor xen, long[] state, Set<Property> broken) {
        return isReached(xen, state);
    }

    /** Whether it is asked of steps that break something, besides the states that they lead to. */
    default boolean mindsSteps() {
        return false;
    }

    /** The same for one thread, on a machine of its own. */
    default Goal on(Hypervisor xen) {
        return this;
    }

    /** Whether it is asked only of states in which no CPU can go on. */
    default boolean onlyAtEnds() {
        return true;
    }

    /** The same, asked of every state. */
    default Goal anywhere() {
        Goal goal = this;
        return new Goal() {
            @Override
            public boolean isReached(Hypervisor xen, long[] state) {
                return goal.isReached(xen, state);
            }

            @Override
            public boolean onlyAtEnds() {
                return false;
            }
        };
    }
}
