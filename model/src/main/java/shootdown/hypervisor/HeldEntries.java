package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;

/**
 * Entries of a table that is not validated as a whole, or no longer to be, which hold references
 * all the same: validation has come past them. A store of the guest may no more reach them than it
 * may reach a table in use.
 */
@Models({
    "mm.c: alloc_l1_table, alloc_l2_table, alloc_l3_table, alloc_l4_table",
    "mm.h: struct page_info (nr_validated_ptes)"
})
final class HeldEntries {
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final TypeStack stack;

    HeldEntries(Layout layout, PageInfo pages, CpuState cpus) {
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.stack = new TypeStack(cpus);
    }

    /** Whether an entry of a frame holds references before the frame is validated. */
    boolean contain(long[] s, int mfn, int slot) {
        if (!pages.isValid(mfn) || pages.typeCount(s, mfn) == 0 || pages.validated(s, mfn)) {
            return false;
        }
        int index = geometry.slotIndex(slot);
        if (index < 0) {
            return false; // is not kept, and holds nothing
        }
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            boolean parked = cpus.parked(s, cpu) == mfn && index < cpus.parkedPartial(s, cpu);
            if (parked || index < validated(s, cpu, mfn)) {
                return true;
            }
        }
        return false;
    }

    /** Entries of a frame that a CPU has validated so far; the next may wait for its child. */
    private int validated(long[] s, int cpu, int mfn) {
        int top = stack.top(s, cpu);
        for (int i = top; i >= 0; i--) {
            if (stack.mfn(s, cpu, i) == mfn && stack.phase(s, cpu, i) == TypeStack.PHASE_VALIDATE) {
                return stack.index(s, cpu, i) + (i < top ? 1 : 0);
            }
        }
        return 0;
    }
}
