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
    /** A child that an edit cut off is dropped before the flush block, not after it. */
    DROP_BEFORE_FLUSH,
    /** The type-change flush comes before the new type is published (XSA-401, 8cc5036bc3). */
    FLUSH_BEFORE_PUBLISH,
    /** Loading a base pointer does not ask for a new root copy. */
    ROOT_COPY_KEPT_ON_CR3_LOAD,
    /** Loading a base pointer keeps what is cached (a CR3 write with NOFLUSH). */
    NOFLUSH_AFTER_BASE_CHANGE,
    /** {@code page_lock} does not count as a reference of the type count. */
    LOCK_NOT_COUNTED,
    /** INVLPG leaves the paging-structure caches alone. */
    INVLPG_SPARES_PAGING_STRUCTURES,
    /** INVLPG drops everything: too strong to be relied on. */
    INVLPG_DROPS_EVERYTHING
}
