package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

/**
 * The first posted version: Andrew Cooper, 2020-10-20 16:24.
 *
 * <p>Any successful L2, L3 or L4 update flushes all dirty CPUs, global translations too, because
 * guests were thought able to make linear mappings global (claim 8, withdrawn). A root copy in use
 * here is marked as changed by a direct store; if the L4 has other uses the flush also syncs the
 * roots, on all CPUs alike (claims 5, 7).
 */
public final class V1 implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return accumulate(FLUSH_TLB_GLOBAL, update, flusher, accumulator);
    }

    /** The rule of v1, with {@code tlb} as the flag for the linear map. */
    static int accumulate(int tlb, Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int flags = accumulator | tlb | update.mustDo();
        if (update.level() == 4 && update.xpti()) {
            if (update.kernelBase()) {
                flusher.rootPgtChanged();
            }
            flags |= update.usedElsewhere() ? FLUSH_ROOT_PGTBL : 0;
        }
        return flags;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (accumulator != 0) {
            flusher.all(accumulator);
        }
    }
}
