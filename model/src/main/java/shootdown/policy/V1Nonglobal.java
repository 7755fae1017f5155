package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;

/**
 * {@link V1} with {@code FLUSH_TLB} in place of {@code FLUSH_TLB_GLOBAL}: Jan Beulich, 2020-10-21
 * (no time quoted; claims 18, 19).
 *
 * <p>Guests cannot set the global bit at L2 and above, so nothing in the linear map is global
 * (claim 30). In Xen both flags do the same.
 */
public final class V1Nonglobal implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return V1.accumulate(FLUSH_TLB, update, flusher, accumulator);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (accumulator != 0) {
            flusher.all(accumulator);
        }
    }
}
