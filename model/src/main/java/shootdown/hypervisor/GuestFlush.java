package shootdown.hypervisor;

import static shootdown.policy.FlushFlags.FLUSH_TLB;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.Scope;

/**
 * The flushes that a guest asks for: MMUEXT_TLB_FLUSH_*, MMUEXT_INVLPG_*, UVMF_* (facts 5.2, 6.7).
 */
@Models(
        value = {"mm.c: do_mmuext_op (TLB_FLUSH, INVLPG)", "domain.c: vcpumask_to_pcpumask"},
        simplified = "vCPU i of a domain is on the i-th of its CPUs, always")
final class GuestFlush {
    private final CpuState cpus;
    private final Flushing flushing;

    GuestFlush(CpuState cpus, Flushing flushing) {
        this.cpus = cpus;
        this.flushing = flushing;
    }

    /** Starts a flush, of one address or (-1) of everything. */
    void start(long[] s, int cpu, Scope scope, int address) {
        long targets = cpus(s, cpu, scope);
        int local = (targets >>> cpu & 1) != 0 ? FLUSH_TLB : 0;
        flushing.start(s, cpu, local, FLUSH_TLB, targets, address, Stage.GUEST_FLUSHED);
    }

    /** The CPUs that a scope stands for. */
    long cpus(long[] s, int cpu, Scope scope) {
        return switch (scope) {
            case Scope.Local l -> 1L << cpu;
            case Scope.All a -> Domain.dirtyMask(s, cpus.domainWord(s, cpu));
            case Scope.Multi m -> cpus.ofVcpus(s, cpus.domain(s, cpu), m.vcpus());
            case Scope.Unreadable u -> 0;
        };
    }
}
