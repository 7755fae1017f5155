package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

/**
 * The unpublished draft that crashed dom0, first reading; told in a mail of Andrew Cooper,
 * 2020-10-21 11:01. It is also {@link V1} without its direct store, which Jan Beulich considered
 * (2020-10-21 07:55, claim 23).
 *
 * <p>One set of flags for all CPUs. The root is synced only if the L4 has other uses; with a single
 * use nobody syncs it, not even here (claims 12, 27, 28).
 */
public final class Draft implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int flags = accumulator | FLUSH_TLB_GLOBAL | update.mustDo();
        if (update.level() == 4 && update.xpti() && update.usedElsewhere()) {
            flags |= FLUSH_ROOT_PGTBL;
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
