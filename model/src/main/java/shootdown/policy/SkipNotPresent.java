package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;

/**
 * {@link Final} without the TLB flush for an entry that was not present before: Andrew Cooper's
 * follow-up of 2020-10-20 (claim 10).
 *
 * <p>Nothing is cached from an entry that is not present (H11). The root copy is synced all the
 * same: it does hold the old entry, so that a new L4 entry may need {@code FLUSH_ROOT_PGTBL} alone.
 */
public final class SkipNotPresent implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int tlb = update.wasPresent() ? FLUSH_TLB : 0;
        return accumulator | both(tlb | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
