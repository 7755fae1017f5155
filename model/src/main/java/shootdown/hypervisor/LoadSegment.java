package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_SEG_DESC;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.LoadSelector;

/**
 * The guest kernel loads a data segment register. The hardware reads the descriptor from the GDT or
 * LDT as Xen maps them; a page of the LDT that is not mapped faults, and Xen then maps the frame
 * that the guest's own tables name, found through the linear map ({@code pv_map_ldt_shadow_page};
 * facts 6.8).
 */
@Models(
        value = {
            "SDM 2, MOV (loading segment registers)",
            "traps.c: handle_gdt_ldt_mapping_fault",
            "pv/mm.c: pv_map_ldt_shadow_page"
        },
        simplified =
                "data segment registers only; what a register holds is not kept; Xen's mappings of"
                    + " the tables are never stale; an LDT ends below the end of its half of the"
                    + " address space")
final class LoadSegment {
    private final CpuState cpus;
    private final PageInfo pages;
    private final EntryStore entries;
    private final PageTypes types;
    private final SegmentState segments;
    private final LinearReads reads;
    private final GuestEntry entry;
    private final Traps traps;
    private final Layout layout;

    LoadSegment(
            Layout layout,
            CpuState cpus,
            PageInfo pages,
            EntryStore entries,
            PageTypes types,
            SegmentState segments,
            LinearReads reads,
            GuestEntry entry,
            Traps traps) {
        this.layout = layout;
        this.cpus = cpus;
        this.pages = pages;
        this.entries = entries;
        this.types = types;
        this.segments = segments;
        this.reads = reads;
        this.entry = entry;
        this.traps = traps;
    }

    /** The instruction, in the guest. */
    void begin(long[] s, int cpu, LoadSelector load) {
        int selector = load.selector();
        if (Selectors.isNull(selector)) {
            return;
        }
        if (!Selectors.isInLdt(selector)) {
            loadFromGdt(s, cpu, selector);
            return;
        }
        int index = Selectors.index(selector);
        if (index >= segments.ldtEntries(s, cpu)) {
            entry.enter(s, cpu);
            refuse(s, cpu, selector, Traps.GENERAL_PROTECTION);
            return;
        }
        int mfn = segments.ldtFrame(s, cpu, index / Selectors.PER_PAGE);
        if (mfn < 0) {
            entry.enter(s, cpu);
            cpus.setStage(s, cpu, Stage.FAULT_READ);
        } else if (!tryLoad(s, cpu, selector, mfn)) {
            entry.enter(s, cpu);
            refuse(s, cpu, selector, reason(s, cpu, selector, mfn));
        }
    }

    private void loadFromGdt(long[] s, int cpu, int selector) {
        int index = Selectors.index(selector);
        if (index >= Selectors.FIRST_RESERVED_GDT_ENTRY) {
            if (!Selectors.isFlatOfGuests(selector, cpus.isPv32(s, cpu))) {
                entry.enter(s, cpu);
                refuse(s, cpu, selector, Traps.GENERAL_PROTECTION);
            }
            return;
        }
        int mfn = segments.gdtFrame(s, cpu, index / Selectors.PER_PAGE);
        if (mfn < 0 || !tryLoad(s, cpu, selector, mfn)) {
            entry.enter(s, cpu);
            refuse(
                    s,
                    cpu,
                    selector,
                    mfn < 0 ? Traps.GENERAL_PROTECTION : reason(s, cpu, selector, mfn));
        }
    }

    private long descriptor(long[] s, int selector, int mfn) {
        return entries.read(s, mfn, Selectors.index(selector) % Selectors.PER_PAGE);
    }

    /** Loads the descriptor if that is allowed, and marks it as accessed. */
    private boolean tryLoad(long[] s, int cpu, int selector, int mfn) {
        long descriptor = descriptor(s, selector, mfn);
        if (!isLoadable(s, cpu, selector, mfn) || !SegmentDescriptor.isPresent(descriptor)) {
            return false;
        }
        int slot = Selectors.index(selector) % Selectors.PER_PAGE;
        entries.store(s, cpu, 0, mfn, slot, descriptor | SegmentDescriptor.ACCESSED);
        return true;
    }

    private boolean isLoadable(long[] s, int cpu, int selector, int mfn) {
        int ring = Selectors.ring(selector, cpus.isPv32(s, cpu));
        return SegmentDescriptor.isLoadable(descriptor(s, selector, mfn), ring);
    }

    private int reason(long[] s, int cpu, int selector, int mfn) {
        return isLoadable(s, cpu, selector, mfn) ? Traps.NOT_PRESENT : Traps.GENERAL_PROTECTION;
    }

    private void refuse(long[] s, int cpu, int selector, int vector) {
        traps.segmentFault(s, cpu, vector, Selectors.errorCode(selector));
    }

    // The fault of a page of the LDT that is not mapped.

    /** Where the descriptor of a selector is, in the guest's address space. */
    private long linear(long[] s, int cpu, int selector) {
        return segments.ldtBase(s, cpu) + (long) Selectors.index(selector) * Long.BYTES;
    }

    /** Reads the L1 entry of the page; which cached translation the read uses is a choice. */
    void findLdtPage(long[] s, int cpu, int selector) {
        VirtualAddress va = VirtualAddress.of(linear(s, cpu, selector));
        int window = layout.geometry().keys().indexOf(LinearMap.l1Window(va));
        long l1e = reads.entry(s, cpu, window, va.i1());
        int mfn = Pte.mfn(l1e);
        if (!Pte.isPresent(l1e) || !pages.getPage(s, mfn, cpus.domain(s, cpu))) {
            traps.pageFault(s, cpu, 0, linear(s, cpu, selector));
            return;
        }
        cpus.setCallTable(s, cpu, mfn);
        resume(s, cpu, selector, types.get(s, cpu, mfn, TYPE_SEG_DESC));
    }

    /** Goes on when the type stack has run empty with {@code result}. */
    void resume(long[] s, int cpu, int selector, int result) {
        if (result == SUSPENDED) {
            return;
        }
        int mfn = cpus.callTable(s, cpu);
        if (result != OK) {
            pages.putPage(s, mfn);
            traps.pageFault(s, cpu, 0, linear(s, cpu, selector));
            return;
        }
        segments.setLdtFrame(s, cpu, Selectors.index(selector) / Selectors.PER_PAGE, mfn);
        if (tryLoad(s, cpu, selector, mfn)) {
            traps.done(s, cpu);
        } else {
            refuse(s, cpu, selector, reason(s, cpu, selector, mfn));
        }
    }
}
