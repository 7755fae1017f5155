package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.TwoSets.localOf;
import static shootdown.policy.TwoSets.restOf;

/**
 * {@link V2}, whose local set takes over {@code FLUSH_TLB} from the common one just before use:
 * second remedy of Jan Beulich, 2020-10-21 14:56 (claim 32).
 *
 * <p>Enough for the flags there are. Any other must-do flag in the common set, such as {@code
 * FLUSH_CACHE}, still misses the local CPU: Andrew Cooper, 2020-10-21 16:55 (claim 41).
 */
public final class V2Superset implements Policy {
    private static final V2 ACCUMULATION = new V2();

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return ACCUMULATION.updated(update, flusher, accumulator);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        int all = restOf(accumulator);
        if (all == 0) {
            return;
        }
        int local = localOf(accumulator);
        flusher.local(local != 0 ? local | (all & FLUSH_TLB) : all);
        flusher.others(all);
    }
}
