package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;

/**
 * {@link Final} with the TLB flush put off to the next return to the guest, where XPTI without PCID
 * flushes anyhow; the alternative that the comment in commit 16a20963b3 rules out (claim 52).
 *
 * <p>Hypothetical: Xen has no flush that waits. A multicall goes on without a return to the guest,
 * and so does another CPU that is in Xen at that time.
 */
public final class AtExit implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        return accumulator | both(FLUSH_TLB | FLUSH_AT_EXIT | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
