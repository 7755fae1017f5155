package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;

/**
 * The preparation: commit 055e1c3a3d, Andrew Cooper, 2020-10-27.
 *
 * <p>As {@link SyncGuest}, but the sync of the other CPUs no longer flushes global translations,
 * only {@code FLUSH_ROOT_PGTBL} is left: a new L4 entry cannot be cached, and flushing an
 * established one is the guest's duty (claims 24, 35, 51). So it is for what the guest sees; but
 * the flush also reached the linear map on other CPUs, which nothing flushes now (claim 48).
 */
public final class Prepare implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 4 || !update.xpti()) {
            return accumulator;
        }
        if (update.kernelBase()) {
            flusher.rootPgtChanged();
        }
        return accumulator | (update.usedElsewhere() ? FLUSH_ROOT_PGTBL : 0);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (accumulator != 0) {
            flusher.others(accumulator);
        }
    }
}
