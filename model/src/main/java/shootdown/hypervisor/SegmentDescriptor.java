package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * A descriptor of GDT or LDT: always the real 64-bit value in one {@code long}, and what Xen lets a
 * guest have ({@code check_descriptor}; facts 7.6).
 */
@Models(
        value = {"pv/descriptor-tables.c: check_descriptor", "SDM 3A 3.4.5, 5.8.3"},
        simplified = "of 64-bit guests; loads of data segment registers")
final class SegmentDescriptor {
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

    /** Bits of a call gate that must be 0. */
    private static final long GATE_RESERVED = 0xFFL << 32;

    private static final int GATE_SELECTOR_SHIFT = 16;

    private SegmentDescriptor() {}

    private static int type(long descriptor) {
        return (int) (descriptor >>> TYPE_SHIFT) & 15;
    }

    private static boolean isCallGate(long descriptor) {
        boolean system = (descriptor & CODE_OR_DATA) == 0;
        return (descriptor & PRESENT) != 0 && system && type(descriptor) != 0;
    }

    /** Whether Xen refuses it: a system descriptor other than an acceptable call gate. */
    static boolean isRefused(long descriptor) {
        if (!isCallGate(descriptor)) {
            return false;
        }
        int target = (int) (descriptor >>> GATE_SELECTOR_SHIFT) & 0xFFFF;
        return type(descriptor) != CALL_GATE
                || !Selectors.mayBeGateTarget(target)
                || (descriptor & GATE_RESERVED) != 0;
    }

    /**
     * One that is not refused, as Xen stores it: a present one gets DPL 3, where guests run. A call
     * gate gets DPL 0, so that using it traps, and keeps the DPL in its selector.
     */
    static long adjusted(long descriptor) {
        if ((descriptor & PRESENT) == 0) {
            return descriptor;
        }
        if (isCallGate(descriptor)) {
            return (descriptor & ~DPL) | (3L << GATE_SELECTOR_SHIFT);
        }
        return descriptor | DPL;
    }

    /** Whether the hardware loads it into a data segment register at CPL 3. */
    static boolean isLoadable(long descriptor) {
        boolean data = (type(descriptor) & CODE) == 0 || (type(descriptor) & READABLE) != 0;
        return (descriptor & CODE_OR_DATA) != 0 && data && (descriptor & DPL) == DPL;
    }

    static boolean isPresent(long descriptor) {
        return (descriptor & PRESENT) != 0;
    }
}
