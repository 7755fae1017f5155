package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * Loading another vCPU's tables ({@code __context_switch}), in three parts between which other CPUs
 * act while interrupts are off here: the CPU joins the dirty mask of the next vCPU's domain, loads
 * the tables, and leaves the mask of the domain before. So CPUs with a domain's tables loaded are
 * in its dirty mask at all times (facts B.7).
 */
@Models(
        value = {"domain.c: __context_switch", "domain.c: __sync_local_execstate"},
        simplified =
                "registers, FPU and segments are not kept; CR4 is the same for all vCPUs; the idle"
                        + " tables are loaded in one step")
final class ContextSwitch {
    private final Layout layout;
    private final Machine machine;
    private final CpuState cpus;
    private final FlushLocal flush;
    private final GuestEntry entry;
    private final Events events;

    ContextSwitch(Layout layout, CpuState cpus, FlushLocal flush, GuestEntry entry, Events events) {
        this.layout = layout;
        this.machine = layout.machine();
        this.cpus = cpus;
        this.flush = flush;
        this.entry = entry;
        this.events = events;
    }

    /** The first part. */
    void joinMask(long[] s, int cpu, int vcpu) {
        if (machine.has(Defect.DIRTY_BIT_CLEARED_EARLY)) {
            leaveMask(s, cpu, machine.domainOf(vcpu));
        }
        int domain = layout.domain(machine.domainOf(vcpu));
        Domain.setDirtyMask(s, domain, Domain.dirtyMask(s, domain) | 1L << cpu);
    }

    /** The second part; nothing that was cached before survives it. */
    void loadTables(long[] s, int cpu, int vcpu) {
        flush.forgetRootCopy(s, cpu);
        cpus.loadVcpu(s, cpu, vcpu);
        entry.writePtbase(s, cpu);
        events.observer.loaded(s, cpu, vcpu);
    }

    /** Whether the third part is still to be done. */
    boolean isInAnotherMask(long[] s, int cpu) {
        int loaded = cpus.domain(s, cpu);
        for (int domid : machine.loadedDomains()) {
            if (domid != loaded && isInMask(s, cpu, domid)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInMask(long[] s, int cpu, int domid) {
        return (Domain.dirtyMask(s, layout.domain(domid)) >>> cpu & 1) != 0;
    }

    /** The third part: leaves all masks but this domain's. */
    void leaveMask(long[] s, int cpu, int stays) {
        for (int domid : machine.loadedDomains()) {
            if (domid != stays) {
                int domain = layout.domain(domid);
                Domain.setDirtyMask(s, domain, Domain.dirtyMask(s, domain) & ~(1L << cpu));
            }
        }
    }

    /**
     * {@code __sync_local_execstate}: an idle CPU that still has another vCPU's tables loaded gives
     * them up.
     *
     * @return whether it had any
     */
    boolean syncLocal(long[] s, int cpu) {
        if (cpus.current(s, cpu) >= 0 || cpus.loadedVcpu(s, cpu) < 0) {
            return false;
        }
        loadTables(s, cpu, Operation.Schedule.IDLE);
        leaveMask(s, cpu, DomId.IDLE);
        return true;
    }
}
