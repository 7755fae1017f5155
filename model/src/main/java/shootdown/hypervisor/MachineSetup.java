package shootdown.hypervisor;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.TranslationCaches;
import shootdown.policy.Final;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes a legal first state: contents of frames are written, then tables are pinned and loaded by
 * the model's own rules, so that every type and count is what Xen would have. Nothing is cached yet
 * but what the loaded tables allow, and no frame waits for a flush.
 */
public final class MachineSetup {
    /** More than any validation takes. */
    private static final int MOST_PAUSES = 100_000;

    private final Layout layout;
    private final Machine machine;
    private final Hypervisor xen;
    private final long[] s;
    private final List<Asked> journal = new ArrayList<>();

    public MachineSetup(Layout layout, TranslationCaches caches) {
        this.layout = layout;
        this.machine = layout.machine();
        this.xen = new Hypervisor(layout, caches, new Final());
        this.s = new long[layout.length()];
        for (int mfn = 0; mfn < machine.frames; mfn++) {
            give(mfn, machine.owner(mfn));
            if (machine.m2p) {
                xen.pages().setM2p(s, mfn, mfn);
            }
        }
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            xen.cpus().setKernelBase(s, cpu, -1);
            xen.cpus().setUserBase(s, cpu, -1);
            schedule(cpu, machine.firstVcpu(cpu));
        }
        boolean begins = machine.schedules || machine.allocates;
        for (int vcpu = 0; begins && vcpu < machine.vcpus(); vcpu++) {
            begins(machine.domainOf(vcpu));
        }
    }

    private void schedule(int cpu, int vcpu) {
        if (machine.schedules) {
            xen.cpus().setCurrent(s, cpu, vcpu);
            xen.cpus().loadVcpu(s, cpu, vcpu);
        }
        if (vcpu >= 0) {
            int domain = layout.domain(machine.domainOf(vcpu));
            Domain.setDirtyMask(s, domain, Domain.dirtyMask(s, domain) | 1L << cpu);
        }
    }

    private void begins(int domid) {
        int domain = layout.domain(domid);
        Domain.setPaused(s, domain, machine.isPaused(domid));
        if (!machine.isUnderConstruction(domid)) {
            Domain.setCreationFinished(s, domain);
        }
    }

    private void give(int mfn, int owner) {
        switch (owner) {
            case DomId.INVALID -> xen.pages().setOwner(s, mfn, PageInfo.NO_OWNER);
            case DomId.IO -> {
                if (machine.isDenied(mfn)) {
                    xen.pages().setOwner(s, mfn, owner); // there is no page info to refer to
                } else {
                    xen.pages().share(s, mfn, owner, false, true);
                }
            }
            case DomId.XEN -> xen.pages().share(s, mfn, owner, true, false);
            default -> {
                if (machine.isSpecial(mfn)) {
                    xen.pages().share(s, mfn, owner, true, true);
                } else {
                    xen.pages().allocate(s, mfn, owner);
                }
            }
        }
    }

    /** What an entry of a domain's grant table is at first. */
    public MachineSetup grant(int granter, Operation.GrantAccess g) {
        journal.add(new Asked.Granted(granter, g));
        xen.grants().permit(s, granter, g.ref(), g.domid(), g.mfn(), g.readOnly());
        return this;
    }

    /** What the machine-to-physical table says of a frame; by default its own number. */
    public MachineSetup m2p(int mfn, long pfn) {
        xen.pages().setM2p(s, mfn, pfn);
        return this;
    }

    /** Something that was asked of a setup. */
    public sealed interface Asked {
        record Entry(int mfn, int slot, long value) implements Asked {}

        record Pin(int level, int mfn) implements Asked {}

        record Load(int cpu, int mfn) implements Asked {}

        record LoadUser(int cpu, int mfn) implements Asked {}

        record Assist(int cpu, int type) implements Asked {}

        record Granted(int granter, Operation.GrantAccess entry) implements Asked {}

        record Base(int vcpu, int mfn) implements Asked {}
    }

    /** What was asked so far, in order: to write it down. */
    public List<Asked> journal() {
        return List.copyOf(journal);
    }

    /** Writes an entry into a frame that is not a table yet. */
    public MachineSetup entry(int mfn, int slot, long value) {
        journal.add(new Asked.Entry(mfn, slot, value));
        s[layout.geometry().entry(mfn, slot)] = value;
        return this;
    }

    /**
     * Pins a table.
     *
     * @throws IllegalArgumentException if Xen refuses it
     */
    public MachineSetup pin(int level, int mfn) {
        journal.add(new Asked.Pin(level, mfn));
        take(mfn, level);
        xen.pages().setPinned(s, mfn, true);
        return this;
    }

    /** Loads a table as the kernel base of the vCPU on this CPU. */
    public MachineSetup load(int cpu, int mfn) {
        journal.add(new Asked.Load(cpu, mfn));
        boolean pv32 = xen.cpus().isPv32(s, cpu);
        take(mfn, pv32 ? 3 : 4);
        if (pv32) {
            int root = layout.rootFrame(cpu);
            long self = Pte.of(root, EntryRules.LINEAR_SLOT_FLAGS);
            s[layout.geometry().entry(root, LinearMap.SLOT)] = self;
        }
        xen.mmuExt().setKernelBase(s, cpu, mfn);
        return this;
    }

    /** Loads a table as the kernel base of the vCPU on every CPU. */
    public MachineSetup loadEverywhere(int mfn) {
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            load(cpu, mfn);
        }
        return this;
    }

    /** Loads a table as the user base of the vCPU on this CPU. */
    public MachineSetup loadUser(int cpu, int mfn) {
        journal.add(new Asked.LoadUser(cpu, mfn));
        take(mfn, 4);
        xen.cpus().setUserBase(s, cpu, mfn);
        return this;
    }

    /** Switches an assist (VMASST_TYPE_*) on, for the domain whose vCPU is on this CPU. */
    public MachineSetup assist(int cpu, int type) {
        journal.add(new Asked.Assist(cpu, type));
        Operation.VmAssist request = new Operation.VmAssist(Domain.COMMAND_ENABLE, type);
        int domain = layout.domain(xen.cpus().domain(s, cpu));
        if (Domain.vmAssist(s, domain, request) != Errno.OK) {
            throw new IllegalArgumentException("no assist of a 64-bit guest: " + type);
        }
        return this;
    }

    /** Gives a vCPU that is not loaded a table as its kernel base. */
    public MachineSetup base(int vcpu, int mfn) {
        journal.add(new Asked.Base(vcpu, mfn));
        take(mfn, 4);
        xen.cpus().setSavedBases(s, vcpu, mfn, -1);
        return this;
    }

    private void take(int mfn, int type) {
        if (!xen.pages().getPage(s, mfn, machine.owner(mfn))) {
            throw new IllegalArgumentException("frame " + mfn + " is nobody's");
        }
        int rc = xen.types().get(s, 0, mfn, type);
        for (int pauses = 0; rc == Errno.SUSPENDED; pauses++) {
            if (pauses == MOST_PAUSES) {
                throw new IllegalArgumentException("frame " + mfn + " waits for itself");
            }
            boolean publish = xen.cpus().stage(s, 0) == Stage.TYPE_PUBLISH;
            rc = publish ? xen.types().publishAfterFlush(s, 0) : xen.types().run(s, 0);
        }
        xen.cpus().endCall(s, 0);
        if (rc != Errno.OK) {
            throw new IllegalArgumentException(
                    "frame %d is not fit for level %d: %s"
                            .formatted(mfn, type, Errno.toString(rc)));
        }
    }

    /** The state: every CPU in its guest. */
    public long[] build() {
        Geometry geometry = layout.geometry();
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            int base = xen.cpus().kernelBase(s, cpu);
            boolean idle = machine.firstVcpu(cpu) < 0;
            if (base < 0 && !idle) {
                throw new IllegalArgumentException("CPU " + cpu + " has no base pointer");
            }
            long cr4 = machine.globalPages ? CR4_PGE : 0;
            cr4 |= machine.pcid ? CR4_PCIDE : 0;
            boolean pv32 = xen.cpus().isPv32(s, cpu);
            cr4 |= pv32 && machine.smep ? CR4_SMEP : 0;
            s[geometry.cr4(cpu)] = cr4;
            int root = pv32 ? layout.rootFrame(cpu) : idle ? layout.idleFrame() : base;
            s[geometry.cr3(cpu)] = ControlRegister.cr3(root, 0);
            xen.pages().flushed(s, cpu);
        }
        xen.caches().memoryChanged(s);
        for (int cpu = 0; cpu < machine.cpus && machine.entryMatters(); cpu++) {
            if (machine.firstVcpu(cpu) < 0) {
                continue;
            }
            xen.cpus().setRootPgtChanged(s, cpu, machine.hasXpti(xen.cpus().domain(s, cpu)));
            xen.entry().leave(s, cpu);
            xen.cpus().setStage(s, cpu, Stage.GUEST);
        }
        return s.clone();
    }
}
