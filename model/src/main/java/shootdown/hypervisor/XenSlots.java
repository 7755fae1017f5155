package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;

/** Which slots of an L4 are Xen's (config.h, {@code is_guest_l4_slot}). */
@Models(
        value = "config.h: is_guest_l4_slot",
        simplified = "of a 64-bit guest; a 32-bit one cannot name its monitor L4 at " + "all")
public final class XenSlots {
    public static final int FIRST = 256;
    public static final int LAST = 271;

    /** The machine-to-physical table, which guests may read. */
    public static final int M2P = 256;

    private static final int PER_DOMAIN = 260;
    private static final int XEN_IMAGE = 261;
    private static final int DIRECT_MAP = 262;

    /** Frames of Xen's own that slots of an L4 name: these numbers stand for them. */
    private static final int FIRST_XEN_FRAME = 0x7FFF_0000;

    private static final int LAST_XEN_FRAME = 0x7FFF_FFFE;
    private static final long FLAGS = Pte.PRESENT | Pte.RW | Pte.ACCESSED | Pte.DIRTY | Pte.NX;
    private static final long M2P_FLAGS =
            Pte.PRESENT | Pte.USER | Pte.ACCESSED | Pte.DIRTY | Pte.NX;

    private static final long LOWER_HALF_END = 1L << 47;
    private static final long GUEST_UPPER_START = 0xFFFF_8800_0000_0000L;

    private XenSlots() {}

    /** Whether a number stands for a frame of Xen's own, which belongs to nobody. */
    static boolean isXenFrame(int mfn) {
        return mfn >= FIRST_XEN_FRAME && mfn <= LAST_XEN_FRAME;
    }

    /** What Xen writes to one of its slots, but for the linear page table's. */
    static long entry(int slot) {
        return switch (slot) {
            case M2P -> Pte.of(FIRST_XEN_FRAME + slot, M2P_FLAGS);
            case PER_DOMAIN, XEN_IMAGE, DIRECT_MAP -> Pte.of(FIRST_XEN_FRAME + slot, FLAGS);
            default -> 0;
        };
    }

    /**
     * Whether the first page of one of Xen's slots is mapped where the guest runs, for Xen alone.
     */
    static boolean isMapped(int slot, boolean xpti) {
        return slot == PER_DOMAIN || (!xpti && (slot == XEN_IMAGE || slot == DIRECT_MAP));
    }

    /** {@code __addr_ok}: an address that hypercalls take from a guest. */
    static boolean isGuestAddress(long va) {
        return (va >= 0 && va < LOWER_HALF_END) || (va < 0 && va >= GUEST_UPPER_START);
    }

    public static boolean isGuestL4Slot(int slot) {
        return slot < FIRST || slot > LAST;
    }
}
