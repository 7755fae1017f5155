package shootdown.policy;

import shootdown.hardware.Pte;

/**
 * One successful update as {@code do_mmu_update} sees it, page lock held.
 *
 * <p>Everything but {@link #reaches} is at hand in Xen; a policy that calls that one is ideal.
 */
public interface Update {
    /** Level of the table that was edited, 1..4. */
    int level();

    /** Frame of the table that was edited. */
    int table();

    /** Slot that was edited, 0..511. */
    int slot();

    /** The entry before the update. */
    long oldEntry();

    /** The entry as stored, with the bits that Xen forces. */
    long newEntry();

    /** Type count of the table; the page lock counts for 1. */
    long typeCount();

    /** Whether the table is pinned (PGT_pinned), which also counts for 1. */
    boolean pinned();

    /** Whether pt_owner runs on per-CPU root copies. */
    boolean xpti();

    /** Whether pt_owner is a 32-bit PAE guest. */
    boolean pv32();

    /** Whether the table is the current vCPU's {@code guest_table}. */
    boolean kernelBase();

    /** Whether the table is the current vCPU's {@code guest_table_user}. */
    boolean userBase();

    /** Whether pt_owner is the current vCPU's domain. */
    boolean ownDomain();

    /** CPUs that may have pt_owner's tables loaded, bit i for CPU i. */
    long dirtyMask();

    /**
     * Flags other than those of the thread that this update obliges every dirty CPU to execute; 0
     * but in the universes that ask what becomes of one more flag (claims 31 and 41).
     */
    int mustDo();

    /**
     * Ideal: whether the table can be reached from the L4 that this CPU has loaded. Xen does not
     * know it cheaply.
     */
    boolean reaches(int cpu);

    /** The entry was present before. */
    default boolean wasPresent() {
        return Pte.isPresent(oldEntry());
    }

    /**
     * The L4 has uses beyond those accounted for here: the lock, the pin, and this vCPU's own base
     * pointers ("others" of facts C.1). Then another vCPU may run on it.
     */
    default boolean usedElsewhere() {
        long known = 1L + (pinned() ? 1 : 0) + (kernelBase() ? 1 : 0) + (userBase() ? 1 : 0);
        return typeCount() > known;
    }
}
