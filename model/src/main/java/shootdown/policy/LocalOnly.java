package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.localOf;

/**
 * The local half of {@link Final}: the other CPUs are left alone. Nobody proposed it; it shows what
 * the flush of the others is for (claim 14).
 *
 * <p>Enough with one CPU. With two, the other one reads stale linear entries and, with XPTI, runs
 * on a stale root copy.
 */
public final class LocalOnly implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        return accumulator | both(FLUSH_TLB | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (localOf(accumulator) != 0) {
            flusher.local(localOf(accumulator));
        }
    }
}
