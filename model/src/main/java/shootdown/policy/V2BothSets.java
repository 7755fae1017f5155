package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.local;
import static shootdown.policy.TwoSets.rest;

/**
 * {@link V2} with the TLB flush put into both sets: first remedy of Jan Beulich, 2020-10-21 14:56
 * (claims 32, 35).
 *
 * <p>Each set is then complete by itself, and the second one is truly that of the other CPUs (claim
 * 36 objects to that name in v2). The root sync of the others carries the global flush that it
 * carried before the fix.
 */
public final class V2BothSets implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int sets = accumulator | both(FLUSH_TLB | update.mustDo());
        if (update.level() == 4) {
            sets |= update.kernelBase() ? local(FLUSH_ROOT_PGTBL) : 0;
            sets |=
                    update.xpti() && update.usedElsewhere()
                            ? rest(FLUSH_ROOT_PGTBL | FLUSH_TLB_GLOBAL)
                            : 0;
        }
        return sets;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
