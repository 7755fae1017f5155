package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.local;
import static shootdown.policy.TwoSets.rest;

/**
 * Who needs what, as listed by Jan Beulich, 2020-10-21 07:55 and the mail after it (claims 24, 25,
 * 29).
 *
 * <p>Everybody {@code FLUSH_TLB}; the local CPU also the root sync if the L4 is in use here; the
 * others also the root sync and, as before the fix, a global flush if the L4 has other uses.
 */
public final class BeulichMatrix implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int sets = accumulator | both(FLUSH_TLB | update.mustDo());
        if (update.level() == 4 && update.xpti()) {
            sets |= update.kernelBase() ? local(FLUSH_ROOT_PGTBL) : 0;
            sets |= update.usedElsewhere() ? rest(FLUSH_ROOT_PGTBL | FLUSH_TLB_GLOBAL) : 0;
        }
        return sets;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        TwoSets.flush(flusher, accumulator);
    }
}
