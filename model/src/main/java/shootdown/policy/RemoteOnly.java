package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;
import static shootdown.policy.TwoSets.restOf;

/**
 * The other half of {@link Final}: the local CPU is left alone. Nobody proposed it as a whole; the
 * sync before the fix left the local CPU out like this (claims 7, 19).
 *
 * <p>Leaves open what one CPU can do by itself, which is XSA-286 as published, and forgets the
 * local root copy.
 */
public final class RemoteOnly implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        return accumulator | both(FLUSH_TLB | update.mustDo()) | rootSync(update);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        if (restOf(accumulator) != 0) {
            flusher.others(restOf(accumulator));
        }
    }
}
