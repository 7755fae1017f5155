package shootdown.hypervisor;

import static shootdown.hardware.ControlRegister.CR3_NOFLUSH;
import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;

/**
 * Entering Xen, leaving it ({@code restore_all_guest}), and loading base pointers ({@code
 * write_ptbase}, {@code switch_cr3_cr4} in domain.c and flushtlb.c; facts B.10, B.11).
 *
 * <p>Under XPTI the guest runs on its CPU's root copy, which lacks slot 258; the copy is made anew
 * on the way out if {@code root_pgt_changed} says so. A copy that will be made anew anyway is 0.
 */
@Models(
        value = {
            "x86_64/entry.S: restore_all_guest",
            "domain.c: write_ptbase",
            "pv/domain.c: toggle_guest_mode",
            "flushtlb.c: switch_cr3_cr4"
        },
        simplified =
                "no interrupts; leaving Xen with the copy is one step; of a "
                        + "root copy only the guest's slots and the machine-to-physical table's")
final class GuestEntry {
    /** PCID of Xen on the kernel's tables (PCID_PV_PRIV). */
    static final int PCID_KERNEL = 0;

    /** PCID of Xen and, without XPTI, guest user mode on the user's tables (PCID_PV_USER). */
    static final int PCID_USER = 1;

    /** Under XPTI the guest has PCIDs of its own (PCID_PV_XPTI): this one and the next. */
    static final int PCID_XPTI = 2;

    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final CpuState cpus;
    private final TranslationCaches caches;
    private final FlushLocal flush;
    private final Events events;

    GuestEntry(
            Layout layout,
            CpuState cpus,
            TranslationCaches caches,
            FlushLocal flush,
            Events events) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.cpus = cpus;
        this.caches = caches;
        this.flush = flush;
        this.events = events;
    }

    /** Guest to Xen: the full tables, and SMEP for a 32-bit guest. */
    void enter(long[] s, int cpu) {
        if (hasXpti(s, cpu)) {
            caches.movCr3(s, cpu, ControlRegister.cr3(cpus.base(s, cpu), pcid(s, cpu)) | noflush());
        } else if (machine.smep && cpus.isPv32(s, cpu)) {
            caches.movCr4(s, cpu, s[geometry.cr4(cpu)] | CR4_SMEP);
        }
        events.observer.enteredXen(s, cpu);
    }

    /** Xen to guest: flushes left for now, the root copy, the guest's view. */
    void leave(long[] s, int cpu) {
        int due = cpus.exitFlags(s, cpu);
        if (due != 0) {
            cpus.setExitFlags(s, cpu, 0);
            flush.area(s, cpu, cpu, due, -1, Observer.FlushSource.POLICY);
        }
        boolean copied = false;
        if (hasXpti(s, cpu)) {
            copied = cpus.rootPgtChanged(s, cpu) || machine.has(Defect.ROOT_COPY_ON_EVERY_EXIT);
            if (copied) {
                cpus.setRootPgtChanged(s, cpu, false);
                copyRoot(s, cpu);
            }
            int pcid = machine.pcid ? pcid(s, cpu) | PCID_XPTI : 0;
            long cr3 = ControlRegister.cr3(layout.rootFrame(cpu), pcid);
            caches.movCr3(s, cpu, cr3 | noflushBetweenModes());
        } else if (machine.smep && cpus.isPv32(s, cpu)) {
            caches.movCr4(s, cpu, s[geometry.cr4(cpu)] & ~CR4_SMEP);
        }
        events.observer.leftXen(s, cpu, copied);
    }

    private boolean hasXpti(long[] s, int cpu) {
        return machine.hasXpti(cpus.domain(s, cpu));
    }

    private void copyRoot(long[] s, int cpu) {
        int from = geometry.entryBase(cpus.base(s, cpu));
        int to = geometry.entryBase(layout.rootFrame(cpu));
        for (int i = 0; i < geometry.slotCount(); i++) {
            boolean guest = XenSlots.isGuestL4Slot(geometry.slotNumber(i));
            s[to + i] = guest ? s[from + i] : 0;
        }
    }

    private long noflush() {
        return machine.pcid ? CR3_NOFLUSH : 0;
    }

    /** In shadow mode the root of a PCID may have been replaced since it was loaded last. */
    private long noflushBetweenModes() {
        boolean flushes = machine.shadowFilter && !machine.has(Defect.NOFLUSH_WITH_SHADOWS);
        return flushes ? 0 : noflush();
    }

    /** The PCID of Xen on the tables of the mode that the vCPU is in. */
    private int pcid(long[] s, int cpu) {
        return machine.pcid && cpus.inUserMode(s, cpu) ? PCID_USER : PCID_KERNEL;
    }

    /** {@code toggle_guest_mode}: the vCPU goes to its other mode, which needs a root copy anew. */
    void toggleGuestMode(long[] s, int cpu) {
        toggleGuestPt(s, cpu);
        if (!machine.has(Defect.ROOT_COPY_KEPT_ON_TOGGLE)) {
            flush.requestRootCopy(s, cpu);
        }
    }

    /**
     * {@code toggle_guest_pt}: loads the base pointer of the other mode; in pairs also inside Xen.
     * Global translations of user pages stay, and the TLB clock does not tick. In shadow mode it
     * flushes the PCID that it loads; so what the other one has is as good as gone already.
     */
    void toggleGuestPt(long[] s, int cpu) {
        if (machine.has(Defect.ROOT_COPY_ON_PAIRED_TOGGLE)) {
            flush.requestRootCopy(s, cpu);
        }
        int left = pcid(s, cpu);
        cpus.setUserMode(s, cpu, !cpus.inUserMode(s, cpu));
        long cr3 = ControlRegister.cr3(cpus.base(s, cpu), pcid(s, cpu));
        caches.movCr3(s, cpu, cr3 | noflushBetweenModes());
        if (machine.pcid && !machine.xpti && noflushBetweenModes() == 0) {
            caches.invpcidContext(s, cpu, left);
        }
    }

    /**
     * {@code write_ptbase}: loads the base pointer of the vCPU's mode; nothing from before
     * survives.
     */
    void writePtbase(long[] s, int cpu) {
        if (!machine.has(Defect.ROOT_COPY_KEPT_ON_CR3_LOAD)) {
            flush.requestRootCopy(s, cpu);
        }
        int root = loadedRoot(s, cpu);
        long cr3 = ControlRegister.cr3(root, pcid(s, cpu));
        if (machine.has(Defect.NOFLUSH_AFTER_BASE_CHANGE)) {
            loadKeepingCaches(s, cpu, cr3);
            return;
        }
        long cr4 = s[geometry.cr4(cpu)];
        if (machine.has(Defect.FLUSH_BEFORE_CR3_WRITE) && (cr4 & CR4_PCIDE) != 0) {
            caches.invpcidAllButGlobal(s, cpu);
            caches.movCr3(s, cpu, cr3 | CR3_NOFLUSH);
            flush.tick(s, cpu);
            return;
        }
        if ((cr4 & CR4_PGE) != 0) {
            caches.movCr4(s, cpu, cr4 & ~CR4_PGE);
        }
        caches.movCr3(s, cpu, cr3);
        caches.movCr4(s, cpu, cr4);
        if ((cr4 & CR4_PCIDE) != 0) {
            caches.invpcidAllButGlobal(s, cpu);
        }
        flush.tick(s, cpu);
    }

    private int loadedRoot(long[] s, int cpu) {
        if (cpus.isPv32(s, cpu)) {
            return layout.rootFrame(cpu);
        }
        return cpus.loadedVcpu(s, cpu) < 0 ? layout.idleFrame() : cpus.base(s, cpu);
    }

    private void loadKeepingCaches(long[] s, int cpu, long cr3) {
        long cr4 = s[geometry.cr4(cpu)];
        if ((cr4 & CR4_PCIDE) != 0) {
            caches.movCr3(s, cpu, cr3 | CR3_NOFLUSH);
        } else {
            s[geometry.cr3(cpu)] = cr3;
            caches.memoryChanged(s, cpu);
        }
    }
}
