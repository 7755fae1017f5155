package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * The descriptor tables of each vCPU: the frames of its GDT, the address and size of its LDT, and
 * which pages of the LDT Xen has mapped so far. Kept only on machines whose guests have to do with
 * them; elsewhere all is 0.
 */
@Models(
        value = "asm/domain.h: struct pv_vcpu (gdt_frames, gdt_ents, ldt_base, ldt_ents)",
        simplified = "the number of descriptors in the GDT is not kept: its pages are")
public final class SegmentState {
    public static final int GDT_PAGES = 14;
    public static final int LDT_PAGES = 16;

    private static final int LDT_BASE = 0;
    private static final int LDT_ENTRIES = 1;
    private static final int GDT = 2;
    private static final int LDT = GDT + GDT_PAGES;

    /** Longs for each CPU. */
    static final int WORDS = LDT + LDT_PAGES;

    private final Layout layout;
    private final boolean kept;

    SegmentState(Layout layout) {
        this.layout = layout;
        this.kept = layout.machine().hasSegments();
    }

    private long get(long[] s, int cpu, int word) {
        return kept ? s[layout.segmentBase(cpu) + word] : 0;
    }

    private void set(long[] s, int cpu, int word, long value) {
        s[layout.segmentBase(cpu) + word] = value;
    }

    /** Whether there is anything to look at or to drop. */
    public boolean isKept() {
        return kept;
    }

    /** The frame of a page of the GDT (0..13), or -1. */
    public int gdtFrame(long[] s, int cpu, int page) {
        return (int) get(s, cpu, GDT + page) - 1;
    }

    void setGdtFrame(long[] s, int cpu, int page, int mfn) {
        set(s, cpu, GDT + page, mfn + 1L);
    }

    /** The frame of a page of the LDT (0..15) that Xen has mapped, or -1. */
    public int ldtFrame(long[] s, int cpu, int page) {
        return (int) get(s, cpu, LDT + page) - 1;
    }

    void setLdtFrame(long[] s, int cpu, int page, int mfn) {
        set(s, cpu, LDT + page, mfn + 1L);
    }

    /** Where the LDT is in the guest's address space. */
    public long ldtBase(long[] s, int cpu) {
        return get(s, cpu, LDT_BASE);
    }

    int ldtEntries(long[] s, int cpu) {
        return (int) get(s, cpu, LDT_ENTRIES);
    }

    void setLdt(long[] s, int cpu, long base, int entries) {
        set(s, cpu, LDT_BASE, base);
        set(s, cpu, LDT_ENTRIES, entries);
    }
}
