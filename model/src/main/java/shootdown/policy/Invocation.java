package shootdown.policy;

/** What {@code do_mmu_update} knows when an invocation ends. */
public interface Invocation {
    /** The CPU on which the call runs. */
    int cpu();

    /** CPUs that may have pt_owner's tables loaded, bit i for CPU i. */
    long dirtyMask();

    /** Whether the local CPU is in the dirty mask. */
    default boolean localIsDirty() {
        return (dirtyMask() >>> cpu() & 1) != 0;
    }
}
