package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.TwoSets.local;
import static shootdown.policy.TwoSets.localOf;
import static shootdown.policy.TwoSets.rest;
import static shootdown.policy.TwoSets.restOf;

/**
 * One set of flags, and a mask of those that the local CPU may skip: Andrew Cooper, 2020-10-21
 * 16:55 and later (claims 37, 42).
 *
 * <p>The mask starts as the root sync and the global flush, and is cleared when an L4 in use here
 * was updated. It can say "not here" but not "only here": an L4 in use here and nowhere else raises
 * no flag for anybody, so there is nothing to skip or not to skip. Without a second mechanism this
 * is {@link Draft} again; here the direct store is kept beside it.
 */
public final class LocalMaySkip implements Policy {
    private static final int SKIPPABLE = FLUSH_ROOT_PGTBL | FLUSH_TLB_GLOBAL;

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int sets = accumulator | rest(FLUSH_TLB | update.mustDo());
        if (update.level() == 4 && update.xpti()) {
            if (update.kernelBase()) {
                flusher.rootPgtChanged(); // the second mechanism
                sets |= local(SKIPPABLE); // needed here
            }
            sets |= update.usedElsewhere() ? rest(SKIPPABLE) : 0;
        }
        return sets;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        int flags = restOf(accumulator);
        if (flags == 0) {
            return;
        }
        int localMaySkip = SKIPPABLE & ~localOf(accumulator);
        flusher.local(flags & ~localMaySkip);
        flusher.others(flags);
    }
}
