package shootdown.hypervisor;

/**
 * A rule of Xen or of the hardware that can be taken out of the model, to show that the checker
 * sees it and what it is good for. A machine has none unless it is asked for.
 */
public enum Defect {
    /** A type change flushes nobody. */
    NO_TYPE_CHANGE_FLUSH,
    /** A frame whose type count drops to 0 is not stamped, so that a later filter omits CPUs. */
    NO_STAMP,
    /** An unmap of a grant drops its references before the flush, not after it (606ab7a468). */
    GRANT_DROPPED_BEFORE_FLUSH,
    /** An unmap of a grant looks at the frame of the entry only, not at RW (XSA-234). */
    GRANT_ENTRY_MATCHED_BY_FRAME,
    /** What a linear read names is edited whatever its type is (facts B.13). */
    LINEAR_READ_NOT_CHECKED,
    /** A child that an edit cut off is dropped before the flush block, not after it. */
    DROP_BEFORE_FLUSH,
    /**
     * With assisted flushes: no flush refuses the assist, so that a walk of Xen's does not hold it
     * up (e9aca9470e, before 5b718d24e8).
     */
    NO_FLUSH_REFUSES_ASSIST,
    /** The type-change flush comes before the new type is published (XSA-401, 8cc5036bc3). */
    FLUSH_BEFORE_PUBLISH,
    /** Loading a base pointer does not ask for a new root copy. */
    ROOT_COPY_KEPT_ON_CR3_LOAD,
    /** Loading a base pointer keeps what is cached (a CR3 write with NOFLUSH). */
    NOFLUSH_AFTER_BASE_CHANGE,
    /** A validation that goes on after a preemption begins its linear count anew (XSA-309). */
    LINEAR_COUNT_RESET_ON_RESUME,
    /** A frame that was somebody's is given out without a flush. */
    NO_ALLOCATION_FLUSH,
    /** A frame is handed to another domain without a flush of the donor's CPUs (61730c75ce). */
    NO_TRANSFER_FLUSH,
    /** A context switch leaves the old domain's dirty mask before it loads the new tables. */
    DIRTY_BIT_CLEARED_EARLY,
    /** Every flush IPI makes an idle CPU give up the tables that it holds (before c64bf2d2a6). */
    EVERY_FLUSH_SYNCS_STATE,
    /** {@code page_lock} does not count as a reference of the type count. */
    LOCK_NOT_COUNTED,
    /** INVLPG leaves the paging-structure caches alone. */
    INVLPG_SPARES_PAGING_STRUCTURES,
    /** INVLPG drops everything: too strong to be relied on. */
    INVLPG_DROPS_EVERYTHING,
    /**
     * A write that faults keeps what is cached for reads of its address (against facts H17), as the
     * translator of QEMU does: of the hardware below the Xen that is compared with.
     */
    WRITE_FAULT_KEEPS_TRANSLATIONS,
    /** RW of an entry may change without validation (facts 3.1; XSA-182). */
    FAST_PATH_IGNORES_RW,
    /** An entry that names a table of its own level may be writable (facts 2.6). */
    LINEAR_ENTRY_MAY_BE_WRITABLE,
    /** A table that has linear entries may be the target of others (facts 2.6; XSA-240). */
    LINEAR_DEPTH_UNLIMITED,
    /** PSE is let pass above L1 (facts 2.1). */
    PSE_ALLOWED_ABOVE_L1,
    /** Cache attributes are refused to domains with I/O too (facts 2.1). */
    CACHE_ATTRIBUTES_REFUSED,
    /** An L1 entry without U/S is not marked as the guest kernel's (facts 2.3). */
    KERNEL_MARK_NOT_FORCED,
    /** Entries above L1 keep U/S as it is (facts 2.3). */
    USER_NOT_FORCED_ABOVE_L1,
    /** Xen's own slots of an L4 may be edited (facts 3.4). */
    XEN_SLOTS_EDITABLE,
    /** A frame that cannot be mapped writable gives -EINVAL, as above L1 (facts 1.10). */
    WRITABLE_CONFLICT_IS_EINVAL,
    /** Entries that are not present are checked like others (facts 2.2). */
    NON_PRESENT_ENTRIES_CHECKED,
    /** I/O memory is mapped with the cache attributes that are asked for (facts 2.4). */
    IO_MEMORY_STAYS_CACHED,
    /** The caller's own number stands for itself (facts 4.2). */
    OWN_NUMBER_IS_SELF,
    /** In shadow mode the filter of type changes looks at the new type (XSA-408, a9949efb28). */
    SHADOW_FILTER_SEES_NEW_TYPE,
    /** Dropping a reference does not wait for the lock that would be the last (XSA-242). */
    UNLOCK_DROPS_LAST_REFERENCE,
    /** A frame that is handed to another domain keeps its type, and that it is valid (XSA-214). */
    TYPE_KEPT_ON_TRANSFER,
    /** A multicall goes on after a sub-call that has left for user mode (XSA-213, 22c096c99d). */
    CALLS_GO_ON_IN_USER_MODE,
    /** With PCIDs, a base pointer load flushes before its CR3 write, not after (XSA-292). */
    FLUSH_BEFORE_CR3_WRITE,
    /** In shadow mode, a change between the modes keeps what their PCIDs have cached (XSA-294). */
    NOFLUSH_WITH_SHADOWS,
    /** A change between kernel and user mode does not ask for a new root copy. */
    ROOT_COPY_KEPT_ON_TOGGLE,
    /** The root copy is made anew on every way out of Xen (before 18173843a5): too much. */
    ROOT_COPY_ON_EVERY_EXIT,
    /** A pair of toggles inside Xen asks for a new root copy (before 422ec8fcf3): too much. */
    ROOT_COPY_ON_PAIRED_TOGGLE,
    /** An invocation that ends in a continuation leaves its flush block out, for the last one. */
    NO_FLUSH_BEFORE_CONTINUATION,
    /**
     * With store buffers: interrupts are on between reading the TLB clock for a stamp and storing
     * it (XSA-241, 23a183607a).
     */
    STAMP_IN_TWO_STEPS,
    /** With store buffers: neither flushes nor what precedes them in an edit empty them. */
    NOTHING_DRAINS_STORES
}
