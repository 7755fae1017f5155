package shootdown.policy;

/**
 * Decides which flushes {@code do_mmu_update} makes, on which CPUs, and when.
 *
 * <p>A policy carries what it learns from one update to the end of the invocation in an {@code int}
 * of its own making, the accumulator; it starts at 0 in each invocation, also in a continuation.
 * Implementations are deterministic and have no fields that change: the checker calls them in any
 * order, from many threads.
 */
public interface Policy {
    /**
     * Called after each successful update of an L1..L4 entry, page lock held.
     *
     * @param update what Xen knows of the update; valid during the call only
     * @param flusher takes flushes that are due at once, before the next request
     * @param accumulator what the last call returned, 0 at first
     * @return the new accumulator
     */
    int updated(Update update, Flusher flusher, int accumulator);

    /**
     * Called at the end of each invocation, also of one that a continuation will go on with, and
     * also after an error: earlier requests of the batch have been done.
     *
     * @param invocation what Xen knows at that point; valid during the call only
     * @param flusher takes the flushes of the flush block
     * @param accumulator what the last {@link #updated} returned, 0 if there was none
     */
    void finished(Invocation invocation, Flusher flusher, int accumulator);
}
