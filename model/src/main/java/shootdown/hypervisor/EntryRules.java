package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;

/**
 * Which bits a guest may set in an entry, which Xen forces, and which it lets change without
 * validation ({@code base_disallow_mask}, {@code adjust_guest_l1e..l4e}, FASTPATH_FLAG_WHITELIST;
 * facts 2.1, 2.3, 3.1).
 */
@Models(
        value = {
            "mm.c: base_disallow_mask",
            "mm.c: adjust_guest_l1e .. adjust_guest_l4e",
            "mm.c: FASTPATH_FLAG_WHITELIST"
        },
        simplified =
                "the domain has no I/O, so no cache attributes; no PAE L2 with "
                        + "slots of Xen; the bits forced into a PAE L3 stay")
final class EntryRules {
    private static final long L1_REFUSED = Pte.PWT | Pte.PCD | Pte.PSE;
    private static final long UPPER_REFUSED = L1_REFUSED | Pte.GLOBAL;
    private static final long PAE_L3_REFUSED = UPPER_REFUSED | Pte.AVAIL_HIGH | Pte.NX;

    private static final long FASTPATH_MAY_DIFFER =
            Pte.NX | Pte.AVAIL_HIGH | Pte.AVAIL | Pte.GLOBAL | Pte.DIRTY | Pte.ACCESSED | Pte.USER;

    /** Xen's own entry in slot 258: supervisor, writable, not global. */
    static final long LINEAR_SLOT_FLAGS = Pte.PRESENT | Pte.RW | Pte.ACCESSED | Pte.DIRTY | Pte.NX;

    private final Machine machine;

    EntryRules(Machine machine) {
        this.machine = machine;
    }

    boolean isRefused(int level, long entry) {
        long refused = level == 1 ? L1_REFUSED : UPPER_REFUSED;
        if (level == 3 && machine.pv32) {
            refused = PAE_L3_REFUSED;
        }
        if (level > 1 && machine.guestMayGlobal) {
            refused &= ~Pte.GLOBAL;
        }
        return (entry & refused) != 0;
    }

    /** The entry as Xen stores it. */
    long adjust(int level, long entry) {
        if (machine.pv32) {
            return switch (level) {
                case 3 -> entry | Pte.USER | Pte.RW;
                case 4 -> entry | Pte.ACCESSED;
                default -> entry;
            };
        }
        return switch (level) {
            case 1 -> adjustL1(entry);
            case 4 -> entry | Pte.USER | Pte.ACCESSED;
            default -> entry | Pte.USER;
        };
    }

    private static long adjustL1(long entry) {
        long adjusted = entry;
        if ((adjusted & Pte.USER) == 0) {
            adjusted |= Pte.USER | Pte.GUEST_KERNEL;
        }
        if ((adjusted & Pte.GUEST_KERNEL) == 0) {
            adjusted |= Pte.GLOBAL | Pte.USER;
        }
        return adjusted;
    }

    boolean isFastPath(long old, long entry) {
        return ((old ^ entry) & ~FASTPATH_MAY_DIFFER) == 0;
    }

    /** Slots of a table of this level that the guest may not edit, with the code it gets. */
    int checkSlot(int level, int slot) {
        if (level == 4 && !XenSlots.isGuestL4Slot(slot)) {
            return Errno.EINVAL;
        }
        return level == 3 && machine.pv32 && slot >= 3 ? Errno.EINVAL : Errno.OK;
    }

    /** Whether validation looks at this slot. */
    boolean isGuestSlot(int level, int slot) {
        return level != 4 || XenSlots.isGuestL4Slot(slot);
    }
}
