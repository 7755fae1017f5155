package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;

/**
 * The commit that ended the thread: 16a20963b3, 2020-10-27 (XSA-286), in Xen 4.15 and later.
 *
 * <p>Any successful L2, L3 or L4 update flushes all dirty CPUs at the end of the invocation; with
 * XPTI the root copy is made anew locally if the L4 is in use here, remotely if it has other uses.
 */
public final class Final implements Policy {
    private static final int LINEAR_PT = 1;
    private static final int ROOT_PT_LOCAL = 2;
    private static final int ROOT_PT_OTHERS = 4;

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int flush = accumulator | LINEAR_PT | update.mustDo();
        if (update.level() == 4 && update.xpti()) {
            flush |= update.kernelBase() ? ROOT_PT_LOCAL : 0;
            flush |= update.usedElsewhere() ? ROOT_PT_OTHERS : 0;
        }
        return flush;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if ((accumulator & LINEAR_PT) == 0) {
            return;
        }
        int flags = FLUSH_TLB | (accumulator & FlushFlags.FLUSH_CACHE);
        flusher.local(flags | ((accumulator & ROOT_PT_LOCAL) != 0 ? FLUSH_ROOT_PGTBL : 0));
        flusher.others(flags | ((accumulator & ROOT_PT_OTHERS) != 0 ? FLUSH_ROOT_PGTBL : 0));
    }
}
