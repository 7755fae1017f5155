package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * A descriptor of GDT or LDT: always the real 64-bit value in one {@code long}, and what Xen lets a
 * guest have ({@code check_descriptor}; facts 7.6).
 *
 * <p>That depends on the guest. The kernel of a 64-bit one runs in ring 3, that of a 32-bit one in
 * ring 1, and so must their segments. Only a 64-bit guest may have 64-bit code: what keeps a 32-bit
 * kernel, whose ring is no user's to the hardware, from naming Xen's memory is that its addresses
 * have 32 bits.
 */
@Models(
        value = {"pv/descriptor-tables.c: check_descriptor", "SDM 3A 3.4.5, 5.8.3"},
        simplified =
                "loads of data segment registers; the limit that Xen extends in segments of old"
                        + " 32-bit guests stays")
public final class SegmentDescriptor {
    private static final long PRESENT = 1L << 47;
    private static final int DPL_SHIFT = 45;
    private static final long DPL = 3L << DPL_SHIFT;

    /** Set for code and data, clear for system descriptors. */
    private static final long CODE_OR_DATA = 1L << 44;

    private static final int TYPE_SHIFT = 40;
    private static final int CALL_GATE = 12;
    private static final int CODE = 8;
    private static final int READABLE = 2;

    /** The hardware sets it on a load. */
    static final long ACCESSED = 1L << TYPE_SHIFT;

    /** L: of 64-bit code. */
    private static final long LONG_MODE = 1L << 53;

    /** Bits of a call gate that must be 0: of a 32-bit guest, but for the number of parameters. */
    private static final long GATE_RESERVED = 0xFFL << 32;

    private static final long GATE_RESERVED_PV32 = 0xE0L << 32;

    private static final int GATE_SELECTOR_SHIFT = 16;

    private SegmentDescriptor() {}

    private static int type(long descriptor) {
        return (int) (descriptor >>> TYPE_SHIFT) & 15;
    }

    private static int privilege(long descriptor) {
        return (int) ((descriptor & DPL) >>> DPL_SHIFT);
    }

    private static int target(long gate) {
        return (int) (gate >>> GATE_SELECTOR_SHIFT) & 0xFFFF;
    }

    private static boolean isCallGate(long descriptor) {
        boolean system = (descriptor & CODE_OR_DATA) == 0;
        return isPresent(descriptor) && system && type(descriptor) != 0;
    }

    /**
     * Whether Xen refuses it: a system descriptor other than an acceptable call gate, or a segment
     * of 64-bit code to a 32-bit guest.
     */
    static boolean isRefused(long descriptor, boolean pv32) {
        if (!isCallGate(descriptor)) {
            boolean segment = isPresent(descriptor) && (descriptor & CODE_OR_DATA) != 0;
            return pv32 && segment && (descriptor & LONG_MODE) != 0;
        }
        long reserved = pv32 ? GATE_RESERVED_PV32 : GATE_RESERVED;
        return type(descriptor) != CALL_GATE
                || !Selectors.mayBeGateTarget(target(descriptor), pv32)
                || (descriptor & reserved) != 0;
    }

    /**
     * One that is not refused, as Xen stores it: a present one is of the guest kernel's ring or
     * less privileged. A call gate gets DPL 0, so that using it traps, and keeps the DPL in its
     * selector.
     */
    static long adjusted(long descriptor, boolean pv32) {
        if (!isPresent(descriptor)) {
            return descriptor;
        }
        long privilege = Math.max(privilege(descriptor), Selectors.kernelRing(pv32));
        long other = descriptor & ~DPL;
        if (isCallGate(descriptor)) {
            return (other & ~(3L << GATE_SELECTOR_SHIFT)) | privilege << GATE_SELECTOR_SHIFT;
        }
        return other | privilege << DPL_SHIFT;
    }

    /** Whether it is one that a page of descriptors in use may hold: accepted, and adjusted. */
    public static boolean isSound(long descriptor, boolean pv32) {
        if (!isPresent(descriptor)) {
            return true;
        }
        boolean gate = isCallGate(descriptor);
        int privilege = gate ? target(descriptor) & 3 : privilege(descriptor);
        return !isRefused(descriptor, pv32)
                && privilege >= Selectors.kernelRing(pv32)
                && (!gate || privilege(descriptor) == 0);
    }

    /**
     * Whether the hardware loads it into a data segment register.
     *
     * @param ring the CPL, or the RPL of the selector if that is less privileged
     */
    static boolean isLoadable(long descriptor, int ring) {
        boolean data = (type(descriptor) & CODE) == 0 || (type(descriptor) & READABLE) != 0;
        return (descriptor & CODE_OR_DATA) != 0 && data && privilege(descriptor) >= ring;
    }

    static boolean isPresent(long descriptor) {
        return (descriptor & PRESENT) != 0;
    }
}
