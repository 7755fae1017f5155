package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.rest;

/**
 * The unpublished draft that crashed dom0, second reading of the mail of Andrew Cooper, 2020-10-21
 * 11:01.
 *
 * <p>As {@link Draft}, but an update of an XPTI domain's L4 that has no other uses does not flush
 * the local CPU at all (claims 27, 28). Other updates of the batch still do.
 */
public final class DraftNoLocal implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int flags = FLUSH_TLB_GLOBAL | update.mustDo();
        if (update.level() < 4 || !update.xpti()) {
            return accumulator | both(flags);
        }
        return accumulator
                | (update.usedElsewhere() ? both(flags | FLUSH_ROOT_PGTBL) : rest(flags));
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
