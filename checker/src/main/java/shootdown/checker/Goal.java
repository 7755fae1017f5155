package shootdown.checker;

import shootdown.hypervisor.Hypervisor;

/** Something that may be true where the programs of a machine have come to their end. */
@FunctionalInterface
public interface Goal {
    /**
     * Whether it is true of a state in which no CPU can go on. Called by several threads at once,
     * each with a machine of its own.
     *
     * @param state must not be changed
     */
    boolean isReached(Hypervisor xen, long[] state);
}
