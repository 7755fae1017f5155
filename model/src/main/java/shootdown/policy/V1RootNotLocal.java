package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

/**
 * {@link V1} with {@code FLUSH_ROOT_PGTBL} for the other CPUs only: Jan Beulich, 2020-10-20 16:48
 * (claims 11, 22).
 *
 * <p>The direct store stays, and has done for the local CPU what the flag would do (claim 26).
 */
public final class V1RootNotLocal implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return V1.accumulate(FLUSH_TLB_GLOBAL, update, flusher, accumulator);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (accumulator != 0) {
            flusher.local(accumulator & ~FLUSH_ROOT_PGTBL);
            flusher.others(accumulator);
        }
    }
}
