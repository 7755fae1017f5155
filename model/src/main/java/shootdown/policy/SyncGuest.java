package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

/**
 * The XPTI era before the fix: commits 18173843a5 (2018-05-04) and b7eb9d8bd6 (2018-05-29), until
 * 2020-10.
 *
 * <p>Only the root copies are looked after. An L4 update of an XPTI domain marks the local root as
 * changed if the L4 is in use here, and syncs the other CPUs if it has other uses (claims 47, 48).
 * Nobody flushes the linear map: XSA-286. There is no set of flags for everybody, so one more
 * must-do flag has nowhere to go.
 */
public final class SyncGuest implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 4 || !update.xpti()) {
            return accumulator;
        }
        if (update.kernelBase()) {
            flusher.rootPgtChanged();
        }
        return accumulator | (update.usedElsewhere() ? FLUSH_TLB_GLOBAL | FLUSH_ROOT_PGTBL : 0);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (accumulator != 0) {
            flusher.others(accumulator);
        }
    }
}
