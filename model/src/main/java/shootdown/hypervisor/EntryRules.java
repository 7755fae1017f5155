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
                "no read-only I/O ranges; no PAE L2 with slots of Xen; the bits forced into a "
                        + "PAE L3 stay")
final class EntryRules {
    private static final long CACHE_ATTRIBUTES = Pte.PWT | Pte.PCD | Pte.PAT;
    private static final long L1_REFUSED = CACHE_ATTRIBUTES;
    private static final long UPPER_REFUSED = Pte.PWT | Pte.PCD | Pte.PSE | Pte.GLOBAL;
    private static final long PAE_L3_REFUSED = UPPER_REFUSED | Pte.AVAIL_HIGH | Pte.NX;

    private static final long FASTPATH_MAY_DIFFER =
            Pte.NX | Pte.AVAIL_HIGH | Pte.AVAIL | Pte.GLOBAL | Pte.DIRTY | Pte.ACCESSED | Pte.USER;

    /** Xen's own entry in slot 258: supervisor, writable, not global. */
    static final long LINEAR_SLOT_FLAGS = Pte.PRESENT | Pte.RW | Pte.ACCESSED | Pte.DIRTY | Pte.NX;

    private final Machine machine;

    EntryRules(Machine machine) {
        this.machine = machine;
    }

    /**
     * Whether a present entry has bits that it may not have.
     *
     * @param owner of the table: one with I/O may choose cache attributes
     */
    boolean isRefused(int level, long entry, int owner) {
        long refused = level == 1 ? L1_REFUSED : UPPER_REFUSED;
        if (level == 1
                && (entry & refused) != 0
                && machine.hasIo(owner)
                && !machine.has(Defect.CACHE_ATTRIBUTES_REFUSED)) {
            return false;
        }
        if (level == 3 && machine.isPv32(owner)) {
            refused = PAE_L3_REFUSED;
        }
        if (level > 1 && machine.guestMayGlobal) {
            refused &= ~Pte.GLOBAL;
        }
        if (level > 1 && machine.has(Defect.PSE_ALLOWED_ABOVE_L1)) {
            refused &= ~Pte.PSE;
        }
        return (entry & refused) != 0;
    }

    /**
     * The entry as Xen stores it.
     *
     * @param owner of the table
     */
    long adjust(int level, long entry, int owner) {
        if (machine.isPv32(owner)) {
            return switch (level) {
                case 3 -> entry | Pte.USER | Pte.RW;
                case 4 -> entry | Pte.ACCESSED;
                default -> entry;
            };
        }
        return switch (level) {
            case 1 -> adjustL1(entry);
            case 4 -> entry | Pte.USER | Pte.ACCESSED;
            default -> machine.has(Defect.USER_NOT_FORCED_ABOVE_L1) ? entry : entry | Pte.USER;
        };
    }

    private long adjustL1(long entry) {
        long adjusted = entry;
        if ((adjusted & Pte.USER) == 0) {
            adjusted |= Pte.USER;
            adjusted |= machine.has(Defect.KERNEL_MARK_NOT_FORCED) ? 0 : Pte.GUEST_KERNEL;
        }
        if ((adjusted & Pte.GUEST_KERNEL) == 0) {
            adjusted |= Pte.GLOBAL | Pte.USER;
        }
        return adjusted;
    }

    /** Whether an L1 entry asks for other caching than write-back. */
    static boolean isUncached(long entry) {
        return (entry & CACHE_ATTRIBUTES) != 0;
    }

    /** An L1 entry of memory-mapped I/O as Xen stores it: write-back and the like become UC. */
    long uncached(long entry) {
        if (machine.has(Defect.IO_MEMORY_STAYS_CACHED)) {
            return entry;
        }
        long attributes = entry & CACHE_ATTRIBUTES;
        if (attributes == 0) {
            return entry | Pte.PWT | Pte.PCD;
        }
        if (attributes == Pte.PWT) {
            return entry | Pte.PCD;
        }
        return attributes == (Pte.PAT | Pte.PWT) ? (entry & ~Pte.PAT) | Pte.PCD : entry;
    }

    /** Whether an edit to this value is looked at before it is stored. */
    boolean isChecked(long entry) {
        return Pte.isPresent(entry) || machine.has(Defect.NON_PRESENT_ENTRIES_CHECKED);
    }

    boolean isFastPath(long old, long entry) {
        long compared = ~FASTPATH_MAY_DIFFER;
        if (machine.has(Defect.FAST_PATH_IGNORES_RW)) {
            compared &= ~Pte.RW;
        }
        return ((old ^ entry) & compared) == 0;
    }

    /**
     * Slots of a table of this level that the guest may not edit, with the code it gets.
     *
     * @param owner of the table
     */
    int checkSlot(int level, int slot, int owner) {
        if (level == 4
                && !XenSlots.isGuestL4Slot(slot)
                && !machine.has(Defect.XEN_SLOTS_EDITABLE)) {
            return Errno.EINVAL;
        }
        return level == 3 && machine.isPv32(owner) && slot >= 3 ? Errno.EINVAL : Errno.OK;
    }

    /** Whether validation looks at this slot. */
    boolean isGuestSlot(int level, int slot) {
        return level != 4 || XenSlots.isGuestL4Slot(slot);
    }
}
