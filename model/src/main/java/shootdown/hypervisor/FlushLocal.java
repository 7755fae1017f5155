package shootdown.hypervisor;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_CACHE;
import static shootdown.policy.FlushFlags.FLUSH_KERNEL_PCID;
import static shootdown.policy.FlushFlags.FLUSH_LINEAR_RANGE;
import static shootdown.policy.FlushFlags.FLUSH_LOADED_PCID;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.FlushFlags.FLUSH_XEN_PCIDS;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;
import shootdown.policy.FlushFlags;

import java.util.Arrays;

/** {@code flush_area_local} and {@code do_tlb_flush} (flushtlb.c; facts B.4, B.5). */
@Models(
        value = {"flushtlb.c: flush_area_local", "flushtlb.c: do_tlb_flush"},
        simplified =
                "INVPCID type 2 and PGE toggled twice are one; FLUSH_CACHE is "
                        + "a flag that is delivered, nothing more")
final class FlushLocal {
    private static final int FULL = FLUSH_TLB | FLUSH_TLB_GLOBAL;

    /** Flags of flushes that are less than full ones; the TLB clock does not tick for them. */
    private static final int NARROW =
            FLUSH_LINEAR_RANGE | FLUSH_XEN_PCIDS | FLUSH_KERNEL_PCID | FLUSH_LOADED_PCID;

    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final TranslationCaches caches;
    private final Events events;
    private final EntryStore entries;

    FlushLocal(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            TranslationCaches caches,
            Events events,
            EntryStore entries) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.caches = caches;
        this.events = events;
        this.entries = entries;
    }

    /**
     * Carries out what is {@code asked} on {@code cpu} for {@code initiator}.
     *
     * @param address number of the one address to flush, or -1 for all
     */
    void area(
            long[] s, int initiator, int cpu, int asked, int address, Observer.FlushSource source) {
        entries.locked(s, cpu);
        int flags = source == Observer.FlushSource.POLICY ? asked & ~events.withheld : asked;
        if (FlushFlags.has(flags, FLUSH_AT_EXIT)) {
            int due = (flags & (FULL | NARROW)) | cpus.exitFlags(s, cpu);
            cpus.setExitFlags(s, cpu, due);
        } else if (FlushFlags.has(flags, FULL)) {
            if (address >= 0) {
                onePage(s, cpu, address);
            } else {
                full(s, cpu, sparesGlobal(flags, source));
            }
        }
        if (!FlushFlags.has(flags, FLUSH_AT_EXIT)) {
            narrow(s, cpu, flags);
        }
        if (FlushFlags.has(flags, FLUSH_ROOT_PGTBL)) {
            requestRootCopy(s, cpu);
        }
        if (FlushFlags.has(flags, FLUSH_CACHE)) {
            for (int c = 0; c < machine.cpus; c++) {
                cpus.setDue(s, c, cpus.due(s, c) & ~(1L << cpu));
            }
        }
        events.observer.flushed(s, initiator, cpu, flags, address, source);
    }

    /** The hypervisor below Xen drops all that a CPU has cached, whatever the CPU is doing. */
    void fromBelow(long[] s, int initiator, int cpu, int asked, Observer.FlushSource source) {
        int flags = source == Observer.FlushSource.POLICY ? asked & ~events.withheld : asked;
        entries.locked(s, cpu);
        if (FlushFlags.has(flags, FULL)) {
            caches.invpcidAll(s, cpu);
        }
        events.observer.flushed(s, initiator, cpu, flags, -1, source);
    }

    private void narrow(long[] s, int cpu, int flags) {
        if (FlushFlags.has(flags, FLUSH_LINEAR_RANGE)) {
            caches.forgetRootSlot(s, cpu, LinearMap.SLOT);
        }
        if (FlushFlags.has(flags, FLUSH_XEN_PCIDS)) {
            pcidsBelow(s, cpu, GuestEntry.PCID_XPTI);
        }
        if (FlushFlags.has(flags, FLUSH_KERNEL_PCID)) {
            pcidsBelow(s, cpu, GuestEntry.PCID_USER);
        }
        if (FlushFlags.has(flags, FLUSH_LOADED_PCID)) {
            caches.movCr3(s, cpu, s[geometry.cr3(cpu)]);
        }
    }

    private void pcidsBelow(long[] s, int cpu, int end) {
        if ((s[geometry.cr4(cpu)] & CR4_PCIDE) == 0) {
            caches.movCr3(s, cpu, s[geometry.cr3(cpu)]);
            return;
        }
        for (int i = 0; i < geometry.pcidCount(); i++) {
            if (geometry.pcid(i) < end) {
                caches.invpcidContext(s, cpu, geometry.pcid(i));
            }
        }
    }

    /** Only what the thread argues about can be made weaker, not Xen's other flushes. */
    private boolean sparesGlobal(int flags, Observer.FlushSource source) {
        return machine.flushTlbSparesGlobal
                && source == Observer.FlushSource.POLICY
                && !FlushFlags.has(flags, FLUSH_TLB_GLOBAL);
    }

    private void onePage(long[] s, int cpu, int address) {
        if ((s[geometry.cr4(cpu)] & CR4_PCIDE) == 0) {
            caches.invlpg(s, cpu, address);
            return;
        }
        for (int i = 0; i < geometry.pcidCount(); i++) {
            caches.invpcidAddress(s, cpu, geometry.pcid(i), address);
        }
    }

    /**
     * {@code do_tlb_flush}: INVPCID of everything, or PGE toggled twice, or CR3 written. The first
     * two leave the same, nothing, so they are one here.
     */
    private void full(long[] s, int cpu, boolean spareGlobal) {
        long cr4 = s[geometry.cr4(cpu)];
        if (spareGlobal && (cr4 & CR4_PCIDE) != 0) {
            caches.invpcidAllButGlobal(s, cpu);
        } else if ((cr4 & (CR4_PCIDE | CR4_PGE)) == 0 || spareGlobal) {
            caches.movCr3(s, cpu, s[geometry.cr3(cpu)]);
        } else {
            caches.invpcidAll(s, cpu);
        }
        tick(s, cpu);
    }

    /** The TLB clock: this CPU has had a full flush. */
    void tick(long[] s, int cpu) {
        pages.flushed(s, cpu);
    }

    /** Another vCPU's tables will be loaded: whatever the root copy has is of no use to it. */
    void forgetRootCopy(long[] s, int cpu) {
        requestRootCopy(s, cpu);
        cpus.setRootPgtChanged(s, cpu, false);
    }

    /** Sets {@code root_pgt_changed}; without XPTI nobody ever reads it. */
    void requestRootCopy(long[] s, int cpu) {
        if (!machine.hasXpti(cpus.domain(s, cpu)) || cpus.rootPgtChanged(s, cpu)) {
            return;
        }
        cpus.setRootPgtChanged(s, cpu, true);
        int root = geometry.entryBase(layout.rootFrame(cpu));
        Arrays.fill(s, root, root + geometry.slotCount(), 0);
    }
}
