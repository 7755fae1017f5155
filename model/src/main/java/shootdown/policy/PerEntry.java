package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;

/**
 * {@link Final}, flushing after each entry and not once at the end of the batch; the alternative
 * that claim 43 rules out as needless.
 *
 * <p>A batch of n structure changes costs n flushes and n rounds of IPIs.
 */
public final class PerEntry implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() > 1) {
            TwoSets.flush(flusher, both(FLUSH_TLB | update.mustDo()) | rootSync(update));
        }
        return accumulator;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {}
}
