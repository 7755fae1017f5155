package shootdown.hypervisor;

import shootdown.hardware.Models;

/** Which slots of an L4 are Xen's (config.h, {@code is_guest_l4_slot}). */
@Models(
        value = "config.h: is_guest_l4_slot",
        simplified = "of a 64-bit guest; a 32-bit one cannot name its monitor L4 at " + "all")
public final class XenSlots {
    public static final int FIRST = 256;
    public static final int LAST = 271;

    private XenSlots() {}

    public static boolean isGuestL4Slot(int slot) {
        return slot < FIRST || slot > LAST;
    }
}
