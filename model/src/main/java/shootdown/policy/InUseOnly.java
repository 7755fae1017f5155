package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.local;
import static shootdown.policy.TwoSets.rest;

/**
 * {@link Final}, but an L4 update flushes the local CPU only if that L4 is in use here: the test
 * that Andrew Cooper thought possible, 2020-10-20 18:10 (claim 15).
 *
 * <p>An L4 that is not in use may still hang, as a guest's linear page table, below the one that is
 * (Jan Beulich's last mail, claim 45).
 */
public final class InUseOnly implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        boolean needed = update.level() < 4 || update.kernelBase();
        return accumulator
                | rest(FLUSH_TLB)
                | (needed ? local(FLUSH_TLB) : 0)
                | both(update.mustDo())
                | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
