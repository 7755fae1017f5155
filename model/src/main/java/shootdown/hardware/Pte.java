package shootdown.hardware;

/**
 * A page-table entry: always the real 64-bit value in one {@code long} (SDM 3A 4.5).
 *
 * <p>Bits 51..12 name a frame (MFN); bit 52 is Xen's mark of a guest kernel page.
 */
@Models(
        value = {"SDM 3A 4.5, 5.5 in newer editions", "page.h: _PAGE_*"},
        simplified = "A and D are not looked at")
public final class Pte {
    public static final long PRESENT = 1L;
    public static final long RW = 1L << 1;
    public static final long USER = 1L << 2;
    public static final long PWT = 1L << 3;
    public static final long PCD = 1L << 4;
    public static final long ACCESSED = 1L << 5;
    public static final long DIRTY = 1L << 6;
    public static final long PSE = 1L << 7;

    /** The same bit in an L1 entry. */
    public static final long PAT = PSE;

    public static final long GLOBAL = 1L << 8;
    public static final long AVAIL = 7L << 9;
    public static final long GUEST_KERNEL = 1L << 52;
    public static final long AVAIL_HIGH = 0x7FFL << 52;
    public static final long NX = 1L << 63;

    /** The bits that name the frame. */
    public static final long MFN_MASK = 0x000F_FFFF_FFFF_F000L;

    public static final int PAGE_SHIFT = 12;

    private Pte() {}

    public static long of(int mfn, long flags) {
        return ((long) mfn << PAGE_SHIFT) | flags;
    }

    /** The frame that {@code pte} names; larger than any frame of the machine if it is garbage. */
    public static int mfn(long pte) {
        long mfn = (pte & MFN_MASK) >>> PAGE_SHIFT;
        return mfn > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) mfn;
    }

    public static long flags(long pte) {
        return pte & ~MFN_MASK;
    }

    public static boolean isPresent(long pte) {
        return (pte & PRESENT) != 0;
    }

    public static boolean isWritable(long pte) {
        return (pte & RW) != 0;
    }

    public static boolean isGlobal(long pte) {
        return (pte & GLOBAL) != 0;
    }
}
