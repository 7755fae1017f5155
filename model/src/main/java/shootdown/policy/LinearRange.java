package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_LINEAR_RANGE;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;

/**
 * {@link Final} with a flush of the 512 GiB linear window in place of a full one: Andrew Cooper,
 * 2020-10-20 16:24 (claim 6).
 *
 * <p>Hypothetical: Xen has no flush of order 39. Nothing but the linear map needs this flush; the
 * guest's own addresses are the guest's duty (claim 2).
 */
public final class LinearRange implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        return accumulator | both(FLUSH_LINEAR_RANGE | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
