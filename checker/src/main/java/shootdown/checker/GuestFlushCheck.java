package shootdown.checker;

import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.XenSlots;

/**
 * P4: when a flush that the guest asked for returns, no CPU of a vCPU that it was for holds, for
 * the flushed addresses and under any PCID, a result that uses a value replaced before the request.
 */
final class GuestFlushCheck {
    private final Geometry geometry;
    private final KeyTree keys;
    private final LegalWalk legal;

    GuestFlushCheck(Hypervisor xen) {
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.legal = new LegalWalk(xen);
    }

    /** Whether the flush of {@code address} (-1: all) that {@code requester} asked for is done. */
    boolean holds(long[] s, int requester, int address, long targets) {
        for (long left = targets; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            for (int family = 0; family < geometry.families(); family++) {
                legal.walkFamily(s, cpu, family, LegalWalk.NOBODY, requester);
                if (!holds(s, cpu, family, address)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean holds(long[] s, int cpu, int family, int address) {
        for (int key = 0; key < keys.size(); key++) {
            boolean flushed = address < 0 || keys.isOnPath(key, address);
            if (flushed
                    && XenSlots.isGuestL4Slot(keys.topSlot(key))
                    && ((s[geometry.reached(cpu, family, key)] & ~legal.reached(key)) != 0
                            || (s[geometry.writable(cpu, family, key)] & ~legal.writable(key))
                                    != 0)) {
                return false;
            }
        }
        return true;
    }
}
