package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.localOf;
import static shootdown.policy.TwoSets.restOf;

/**
 * {@link InUseOnly} decided once, at the end of the batch: what Andrew Cooper warned of, 2020-10-20
 * 19:46 (claim 17).
 *
 * <p>If L4s were edited and none of them is in use here, the local CPU is left out, although the
 * same batch may have edited an L2 or L3 that it does use: levels accumulate.
 */
public final class InUseCancels implements Policy {
    private static final int L4_EDITED = 1;
    private static final int L4_IN_USE = 2;

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int marks = 0;
        if (update.level() == 4) {
            marks = L4_EDITED | (update.kernelBase() ? L4_IN_USE : 0);
        }
        return accumulator | marks | both(FLUSH_TLB | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        boolean cancelled = (accumulator & (L4_EDITED | L4_IN_USE)) == L4_EDITED;
        if (localOf(accumulator) != 0 && !cancelled) {
            flusher.local(localOf(accumulator));
        }
        if (restOf(accumulator) != 0) {
            flusher.others(restOf(accumulator));
        }
    }
}
