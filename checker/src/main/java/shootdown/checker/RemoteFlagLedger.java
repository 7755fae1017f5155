package shootdown.checker;

import static shootdown.policy.FlushFlags.has;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;

/** A flag in what other CPUs flush for the policy: the rest of the flush stays without it. */
final class RemoteFlagLedger extends WorkLedger {
    private final Hypervisor xen;
    private final int flag;

    RemoteFlagLedger(Hypervisor xen, int flag) {
        super(xen);
        this.xen = xen;
        this.flag = flag;
    }

    @Override
    public void flushed(
            long[] s, int initiator, int cpu, int flags, int address, FlushSource source) {
        if (source == FlushSource.POLICY && cpu != initiator && has(flags, flag)) {
            doneBy(cpu);
        }
    }

    @Override
    void takeWithout(long[] s, int cpu, int action, Chooser chooser) {
        xen.performWithout(flag, s, cpu, action, chooser);
    }

    @Override
    boolean matters(long[] with, long[] without, int cpu) {
        return sight.differences(with, without, cpu) != 0;
    }
}
