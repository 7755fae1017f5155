package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.TwoSets.local;
import static shootdown.policy.TwoSets.localOf;
import static shootdown.policy.TwoSets.rest;
import static shootdown.policy.TwoSets.restOf;

/**
 * The second posted version: Andrew Cooper, 2020-10-21 14:07.
 *
 * <p>Two sets of flags, local and all. If the local set is empty the local CPU takes part in the
 * flush of all; if not it gets the local set alone, which therefore must hold whatever all holds
 * (claim 31). So it does for these flags: an L4 in use puts {@code FLUSH_TLB} into it, and the root
 * sync whether XPTI is on or not, an accident without effect (claims 33, 34).
 */
public final class V2 implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int sets = accumulator | rest(FLUSH_TLB | update.mustDo());
        if (update.level() == 4) {
            sets |= update.kernelBase() ? local(FLUSH_TLB | FLUSH_ROOT_PGTBL) : 0;
            sets |= update.xpti() && update.usedElsewhere() ? rest(FLUSH_ROOT_PGTBL) : 0;
        }
        return sets;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        int all = restOf(accumulator);
        if (all == 0) {
            return;
        }
        flusher.local(localOf(accumulator) != 0 ? localOf(accumulator) : all);
        flusher.others(all);
    }
}
