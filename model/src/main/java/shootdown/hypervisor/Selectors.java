package shootdown.hypervisor;

import shootdown.hardware.Models;

/** Segment selectors: which table, which descriptor, and what Xen keeps for itself. */
@Models(
        value = {
            "SDM 3A 3.4.2",
            "public/arch-x86/xen.h: FLAT_RING1_*, FLAT_RING3_*, FIRST_RESERVED_GDT_ENTRY"
        },
        simplified = "none")
final class Selectors {
    /** Descriptors in one page. */
    static final int PER_PAGE = 512;

    /** The GDT's entries from here on are Xen's. */
    static final int FIRST_RESERVED_GDT_ENTRY = 14 * PER_PAGE;

    /** An LDT has at most so many. */
    static final int MAX_LDT_ENTRIES = 8192;

    private static final int TABLE_INDICATOR = 4;
    private static final int FLAT_RING3_CS32 = 0xE023;
    private static final int FLAT_RING3_DS32 = 0xE02B;
    private static final int FLAT_RING3_CS64 = 0xE033;

    /** Of the GDT that CPUs have while a 32-bit guest runs. */
    private static final int COMPAT_RING1_CS = 0xE019;

    private static final int COMPAT_RING1_DS = 0xE021;
    private static final int COMPAT_RING3_CS = 0xE02B;
    private static final int COMPAT_RING3_DS = 0xE033;

    private Selectors() {}

    static int index(int selector) {
        return selector >>> 3;
    }

    static boolean isInLdt(int selector) {
        return (selector & TABLE_INDICATOR) != 0;
    }

    /** Whether loading it is allowed and means: no segment. */
    static boolean isNull(int selector) {
        return errorCode(selector) == 0;
    }

    /** The selector in the error code of a fault. */
    static int errorCode(int selector) {
        return selector & 0xFFFC;
    }

    /** Where the kernel of a guest runs. */
    static int kernelRing(boolean pv32) {
        return pv32 ? 1 : 3;
    }

    /** The less privileged of the guest kernel's ring and the requested one. */
    static int ring(int selector, boolean pv32) {
        return Math.max(kernelRing(pv32), selector & 3);
    }

    /** One of the segments that Xen has for guests, and that a guest's kernel may load. */
    static boolean isFlatOfGuests(int selector, boolean pv32) {
        int full = selector | 3;
        if (!pv32) {
            return full == FLAT_RING3_CS32 || full == FLAT_RING3_DS32 || full == FLAT_RING3_CS64;
        }
        boolean ofUsers = full == COMPAT_RING3_CS || full == COMPAT_RING3_DS;
        boolean ofKernel = full == (COMPAT_RING1_CS | 3) || full == (COMPAT_RING1_DS | 3);
        return ofUsers || (ofKernel && ring(selector, true) == kernelRing(true));
    }

    /** {@code guest_gate_selector_okay}. */
    static boolean mayBeGateTarget(int selector, boolean pv32) {
        return index(selector) < FIRST_RESERVED_GDT_ENTRY
                || selector == (pv32 ? COMPAT_RING1_CS : FLAT_RING3_CS64)
                || isInLdt(selector);
    }
}
