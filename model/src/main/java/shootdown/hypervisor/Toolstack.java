package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.Control;
import shootdown.hypervisor.Operation.DestroyDomain;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.PopulatePhysmap;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.SyncLocalExecstate;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnpauseDomain;

/**
 * What privileged domains do to others, and how frames change their owner: {@code domctl}, the
 * allocator's flush (facts B.8) and grant transfer.
 *
 * <p>A frame that was somebody's is flushed from all CPUs that have had no full flush since it was
 * freed, before anybody else gets it. While its domain has never run, {@code populate_physmap} may
 * give the frame first and flush before it returns (MEMF_no_tlbflush).
 */
@Models(
        value = {
            "common/domctl.c: do_domctl (pausedomain, unpausedomain, destroydomain)",
            "common/page_alloc.c: alloc_heap_pages (accumulate_tlbflush)",
            "common/memory.c: populate_physmap",
            "common/grant_table.c: gnttab_transfer",
            "domain.c: domain_relinquish_resources"
        },
        simplified =
                "one frame a call; frames are cleared when they are given out; a domain that is"
                        + " destroyed loses its frames in one step")
final class Toolstack {
    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryStore entries;
    private final EntryReferences refs;
    private final Flushing flushing;
    private final Scheduler scheduler;

    Toolstack(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryStore entries,
            EntryReferences refs,
            Flushing flushing,
            Scheduler scheduler) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.entries = entries;
        this.refs = refs;
        this.flushing = flushing;
        this.scheduler = scheduler;
    }

    /** Whether an operation may begin and would change anything. */
    boolean canBegin(long[] s, int cpu, Control call) {
        boolean idle = cpus.current(s, cpu) < 0;
        return switch (call) {
            case Schedule r -> scheduler.canSchedule(s, cpu, r);
            case SyncLocalExecstate y -> scheduler.canSync(s, cpu);
            case PauseDomain p -> !idle && mayControl(s, cpu, p.domid()) && !paused(s, p.domid());
            case UnpauseDomain u ->
                    !idle
                            && mayControl(s, cpu, u.domid())
                            && paused(s, u.domid())
                            && !isBusy(s, u.domid());
            case DestroyDomain d ->
                    !idle
                            && mayControl(s, cpu, d.domid())
                            && !Domain.dying(s, layout.domain(d.domid()))
                            && !isBusy(s, d.domid());
            case PopulatePhysmap p -> !idle && canPopulate(s, cpu, p);
            case Transfer t -> !idle && canTransfer(s, cpu, t);
        };
    }

    /** Whether a domain that pauses others first may now touch what is this one's. */
    boolean mayTouch(long[] s, int caller, int about) {
        return about == caller
                || !machine.toolstackPauses()
                || (paused(s, about) && !isBusy(s, about));
    }

    private boolean mayControl(long[] s, int cpu, int domid) {
        int caller = cpus.domain(s, cpu);
        return caller != domid && machine.isPrivileged(caller);
    }

    private boolean paused(long[] s, int domid) {
        return Domain.paused(s, layout.domain(domid));
    }

    /** Whether another CPU pauses the domain now: domctls are done one after the other. */
    private boolean isBusy(long[] s, int domid) {
        boolean loaded = Domain.dirtyMask(s, layout.domain(domid)) != 0;
        return paused(s, domid) && (loaded || !scheduler.isAsleep(s, domid));
    }

    void begin(long[] s, int cpu, Control call) {
        switch (call) {
            case Schedule r -> scheduler.schedule(s, cpu, r);
            case SyncLocalExecstate y -> scheduler.sync(s, cpu);
            case PauseDomain p -> scheduler.pause(s, cpu, p);
            case UnpauseDomain u -> scheduler.unpause(s, cpu, u.domid());
            case DestroyDomain d -> {
                Domain.setDying(s, layout.domain(d.domid()));
                scheduler.waitForPause(s, cpu);
            }
            case PopulatePhysmap p -> populate(s, cpu, p);
            case Transfer t -> transfer(s, cpu, t);
        }
    }

    // destroydomain, when nobody of it runs any more.

    void paused(long[] s, int cpu, Control call) {
        if (call instanceof DestroyDomain d) {
            relinquish(s, d.domid());
        }
        cpus.returns(s, cpu, Errno.OK);
    }

    private void relinquish(long[] s, int domid) {
        for (int vcpu = 0; vcpu < machine.vcpus(); vcpu++) {
            if (machine.domainOf(vcpu) == domid) {
                int kernel = cpus.savedKernelBase(s, vcpu);
                int user = cpus.savedUserBase(s, vcpu);
                cpus.setSavedBases(s, vcpu, -1, -1);
                drop(s, kernel);
                drop(s, user);
            }
        }
        for (int mfn = 0; mfn < machine.frames; mfn++) {
            if (pages.owner(s, mfn) == domid && pages.pinned(s, mfn)) {
                pages.setPinned(s, mfn, false);
                refs.putPageAndType(s, mfn);
            }
        }
        for (int mfn = 0; mfn < machine.frames; mfn++) {
            if (pages.owner(s, mfn) == domid && pages.allocated(s, mfn)) {
                pages.putAllocation(s, mfn);
            }
        }
    }

    private void drop(long[] s, int base) {
        if (base >= 0) {
            refs.putPageAndType(s, base);
        }
    }

    // Frames that get another owner.

    private boolean canPopulate(long[] s, int cpu, PopulatePhysmap p) {
        int caller = cpus.domain(s, cpu);
        boolean may = caller == p.domid() || machine.isPrivileged(caller);
        return may
                && pages.isFree(s, p.mfn())
                && !isTaken(s, p.mfn())
                && !Domain.dying(s, layout.domain(p.domid()));
    }

    /** Whether a call on some CPU is about to give the frame to somebody. */
    private boolean isTaken(long[] s, int mfn) {
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            if (cpus.callFrame(s, cpu) == mfn) {
                return true;
            }
        }
        return false;
    }

    private void populate(long[] s, int cpu, PopulatePhysmap p) {
        int mfn = p.mfn();
        cpus.setCallFrame(s, cpu, mfn);
        for (int i = 0; i < geometry.slotCount(); i++) {
            entries.store(s, cpu, 0, mfn, geometry.slotNumber(i), 0);
        }
        if (!Domain.creationFinished(s, layout.domain(p.domid()))) {
            pages.allocate(s, mfn, p.domid()); // MEMF_no_tlbflush
        }
        boolean none = machine.has(Defect.NO_ALLOCATION_FLUSH);
        flushing.startAllocation(s, cpu, none ? 0 : pages.needsFlush(s, mfn));
    }

    private boolean canTransfer(long[] s, int cpu, Transfer t) {
        return pages.owner(s, t.mfn()) == cpus.domain(s, cpu)
                && t.domid() != cpus.domain(s, cpu)
                && pages.allocated(s, t.mfn())
                && pages.refs(s, t.mfn()) == 1
                && !Domain.dying(s, layout.domain(t.domid()));
    }

    private void transfer(long[] s, int cpu, Transfer t) {
        cpus.setCallFrame(s, cpu, t.mfn());
        pages.steal(s, t.mfn());
        boolean none = machine.has(Defect.NO_TRANSFER_FLUSH);
        long donors = Domain.dirtyMask(s, cpus.domainWord(s, cpu));
        flushing.startAllocation(s, cpu, none ? 0 : donors);
    }

    /** Nobody has a translation of the frame any more. */
    void give(long[] s, int cpu, Control call) {
        int domid =
                switch (call) {
                    case PopulatePhysmap p -> p.domid();
                    case Transfer t -> t.domid();
                    default -> throw new IllegalArgumentException(call.text());
                };
        int mfn = cpus.callFrame(s, cpu);
        if (pages.refs(s, mfn) == 0) {
            pages.allocate(s, mfn, domid);
        }
        if (machine.m2p) {
            pages.setM2p(s, mfn, mfn);
        }
        cpus.returns(s, cpu, Errno.OK);
    }
}
