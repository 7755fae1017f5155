package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The guest linear page table: slot 258 of an L4 names the L4 itself, so that linear addresses
 * through it reach the tables (config.h, LINEAR_PT_VIRT_START).
 *
 * <p>Xen only reads through it: one L2 entry in {@code map_guest_l1e}, one L1 entry in {@code
 * guest_get_eff_kern_l1e}. A TLB entry for such a page has an upper-level entry of the guest as its
 * leaf, and no flush that the guest's interface asks for reaches it: that is XSA-286.
 */
@Models(
        value = "config.h: LINEAR_PT_VIRT_START",
        simplified = "the L1 and L2 windows, which Xen reads; not those of L3 and L4")
public final class LinearMap {
    /** The recursive slot. */
    public static final int SLOT = 258;

    private LinearMap() {}

    /** The page through which the L1 entry of {@code va} is read. */
    public static VirtualAddress l1Window(VirtualAddress va) {
        return new VirtualAddress(SLOT, va.i4(), va.i3(), va.i2());
    }

    /** The pages through which the L1 entries of an LDT's pages are read. */
    static List<VirtualAddress> l1WindowsOfLdt(Operation.SetLdt ldt) {
        int pages = (ldt.entries() + Selectors.PER_PAGE - 1) / Selectors.PER_PAGE;
        return IntStream.range(0, Math.min(pages, SegmentState.LDT_PAGES))
                .mapToObj(page -> VirtualAddress.of(ldt.linear() + ((long) page << Pte.PAGE_SHIFT)))
                .map(LinearMap::l1Window)
                .distinct()
                .toList();
    }

    /** The page through which the L2 entry of {@code va} is read. */
    public static VirtualAddress l2Window(VirtualAddress va) {
        return new VirtualAddress(SLOT, SLOT, va.i4(), va.i3());
    }
}
