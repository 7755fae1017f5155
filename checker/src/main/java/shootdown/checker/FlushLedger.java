package shootdown.checker;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_KERNEL_PCID;
import static shootdown.policy.FlushFlags.FLUSH_LINEAR_RANGE;
import static shootdown.policy.FlushFlags.FLUSH_LOADED_PCID;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.FlushFlags.FLUSH_XEN_PCIDS;
import static shootdown.policy.FlushFlags.has;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;

/**
 * Hears of the policy's flushes in a step, and finds out what each of them changed: the step is
 * taken again without the flags in question, and the two outcomes are compared. One for each
 * thread.
 */
final class FlushLedger implements Ledger {
    /** Entries for a kind and a reason: how many, how many changed anything, or the linear map. */
    static final int COLUMNS = 3;

    private static final int TLB =
            FLUSH_TLB
                    | FLUSH_TLB_GLOBAL
                    | FLUSH_LINEAR_RANGE
                    | FLUSH_XEN_PCIDS
                    | FLUSH_KERNEL_PCID
                    | FLUSH_LOADED_PCID;

    private final Hypervisor xen;
    private final Sight sight;
    private final long[] counts = new long[length()];
    private final long[] without;
    private int tlbCpu = -1;
    private int tlbReason;
    private boolean tlbLocal;
    private int rootCpu = -1;
    private int rootReason;
    private boolean rootLocal;

    FlushLedger(Hypervisor xen) {
        this.xen = xen;
        this.sight = new Sight(xen);
        this.without = new long[xen.layout().length()];
    }

    static int length() {
        return FlushKind.values().length * FlushReason.ALL.size() * COLUMNS;
    }

    static int at(FlushKind kind, int reason) {
        return (kind.index() * FlushReason.ALL.size() + reason) * COLUMNS;
    }

    @Override
    public long[] counts() {
        return counts;
    }

    @Override
    public void flushed(
            long[] s, int initiator, int cpu, int flags, int address, FlushSource source) {
        if (source != FlushSource.POLICY) {
            return;
        }
        int reason = xen.cpus().shadowAccumulator(s, initiator);
        if (has(flags, TLB) && !has(flags, FLUSH_AT_EXIT)) {
            tlbCpu = cpu;
            tlbLocal = initiator == cpu;
            tlbReason = reason;
        }
        if (has(flags, FLUSH_ROOT_PGTBL) && xen.layout().machine().xpti()) {
            rootCpu = cpu;
            rootLocal = initiator == cpu;
            rootReason = reason;
        }
    }

    @Override
    public void rootStored(long[] s, int cpu) {
        rootCpu = cpu;
        rootLocal = true;
        rootReason = xen.cpus().shadowAccumulator(s, cpu);
    }

    @Override
    public void enter(long[] before, long[] after, int cpu, int action, Chooser chooser) {
        if (tlbCpu >= 0) {
            again(TLB, before, cpu, action, chooser);
            int seen = sight.differences(after, without, tlbCpu);
            FlushKind kind = tlbLocal ? FlushKind.LOCAL_TLB : FlushKind.REMOTE_TLB;
            enter(kind, tlbReason, seen != 0, (seen & Sight.LINEAR) != 0);
            tlbCpu = -1;
        }
        if (rootCpu >= 0) {
            again(FLUSH_ROOT_PGTBL, before, cpu, action, chooser);
            boolean seen = sight.copiesDiffer(after, without, rootCpu);
            enter(
                    rootLocal ? FlushKind.LOCAL_ROOT : FlushKind.REMOTE_ROOT,
                    rootReason,
                    seen,
                    false);
            rootCpu = -1;
        }
    }

    private void again(int flags, long[] before, int cpu, int action, Chooser chooser) {
        System.arraycopy(before, 0, without, 0, before.length);
        xen.performWithout(flags, without, cpu, action, chooser);
    }

    private void enter(FlushKind kind, int reason, boolean changed, boolean linear) {
        int at = at(kind, reason);
        counts[at]++;
        counts[at + 1] += changed ? 1 : 0;
        counts[at + 2] += linear ? 1 : 0;
    }
}
