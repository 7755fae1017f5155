package shootdown.hypervisor;

/** Which slots of an L4 are Xen's (config.h, {@code is_guest_l4_slot}). */
public final class XenSlots {
    public static final int FIRST = 256;
    public static final int LAST = 271;

    private XenSlots() {}

    public static boolean isGuestL4Slot(int slot) {
        return slot < FIRST || slot > LAST;
    }
}
