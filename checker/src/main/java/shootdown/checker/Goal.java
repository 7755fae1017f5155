package shootdown.checker;

import shootdown.hypervisor.Hypervisor;

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
