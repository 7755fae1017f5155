package shootdown.policy;

/**
 * Takes the flushes that a policy asks for; flags as in {@link FlushFlags}.
 *
 * <p>Flushes are done after the hook returns, first the local one, then those of the other CPUs.
 * CPUs that are not in pt_owner's dirty mask are left out, as in {@code flush_mask}.
 */
public interface Flusher {
    /** Flushes the local CPU ({@code flush_local}). */
    void local(int flags);

    /** Flushes the CPUs of the dirty mask but the local one, by IPI. */
    default void others(int flags) {
        othersBut(0, flags);
    }

    /**
     * As {@link #others}, without the CPUs of a set; it takes a policy that knows more of them than
     * that they are dirty.
     *
     * @param spared CPUs to leave out, bit i for CPU i
     */
    void othersBut(long spared, int flags);

    /** Flushes all CPUs of the dirty mask. */
    default void all(int flags) {
        local(flags);
        others(flags);
    }

    /** Stores to the local CPU's {@code root_pgt_changed} directly. */
    void rootPgtChanged();
}
