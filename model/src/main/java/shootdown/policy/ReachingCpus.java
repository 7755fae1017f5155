package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.RootSync.rootSync;
import static shootdown.policy.TwoSets.both;

/**
 * {@link Final} for those CPUs only whose loaded L4 reaches an edited table at the time of the
 * edit: ideal, as Xen would have to search for it.
 *
 * <p>The dirty mask holds every CPU that runs a vCPU of the domain, whatever tables it has loaded,
 * so on a guest with many address spaces most flushes go to CPUs that have never seen the table
 * (claim 14). It is a lower bound, and no policy to use: a CPU that reached the table a moment ago,
 * before another one unhooked it and has not flushed yet, is left out too.
 */
public final class ReachingCpus implements Policy {
    private static final int MARKS = 8;
    private static final int ALL_MARKS = (1 << MARKS) - 1;

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        if (update.level() < 2) {
            return accumulator;
        }
        int reached = 0;
        for (long left = update.dirtyMask(); left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            reached |= update.reaches(cpu) ? mark(cpu) : 0;
        }
        return accumulator | reached | both(update.mustDo()) | rootSync(update);
    }

    /** One mark stands for every eighth CPU: beyond eight, CPUs may be flushed too often. */
    private static int mark(int cpu) {
        return 1 << cpu % MARKS;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        int reached = accumulator & ALL_MARKS;
        int local = TwoSets.localOf(accumulator);
        local |= (reached & mark(invocation.cpu())) != 0 ? FLUSH_TLB : 0;
        if (local != 0) {
            flusher.local(local);
        }
        int rest = TwoSets.restOf(accumulator);
        if (rest != 0) {
            flusher.others(rest | (reached != 0 ? FLUSH_TLB : 0));
        } else if (reached != 0) {
            flusher.othersBut(unreached(invocation.dirtyMask(), reached), FLUSH_TLB);
        }
    }

    private static long unreached(long cpus, int reached) {
        long spared = 0;
        for (long left = cpus; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            spared |= (reached & mark(cpu)) == 0 ? 1L << cpu : 0;
        }
        return spared;
    }
}
