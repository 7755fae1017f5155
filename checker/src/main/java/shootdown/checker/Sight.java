package shootdown.checker;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.XenSlots;

/**
 * Compares what a CPU could use in two states that differ by one flush: now, and on the other side
 * of the border between Xen and the guest. What is cached under a PCID counts when it is loaded, so
 * that what a walk would bring back at once is no difference.
 */
final class Sight {
    /** The linear map looks different. */
    static final int LINEAR = 1;

    /** Addresses of the guest look different. */
    static final int GUEST = 2;

    private final Hypervisor xen;
    private final Geometry geometry;
    private final KeyTree keys;
    private final long[] left;
    private final long[] right;

    Sight(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.left = new long[xen.layout().length()];
        this.right = new long[xen.layout().length()];
    }

    /** What differs for a CPU: {@link #LINEAR}, {@link #GUEST}, both or nothing. */
    int differences(long[] a, long[] b, int cpu) {
        int now = cached(a, b, cpu);
        cross(a, b, cpu);
        return now | cached(left, right, cpu);
    }

    private void cross(long[] a, long[] b, int cpu) {
        System.arraycopy(a, 0, left, 0, a.length);
        System.arraycopy(b, 0, right, 0, b.length);
        xen.crossOver(left, cpu);
        xen.crossOver(right, cpu);
    }

    private int cached(long[] a, long[] b, int cpu) {
        int differences = cached(a, b, cpu, family(a, cpu));
        return geometry.hasGlobals()
                ? differences | cached(a, b, cpu, geometry.globalIndex())
                : differences;
    }

    private int cached(long[] a, long[] b, int cpu, int family) {
        int differences = 0;
        for (int key = 0; key < keys.size(); key++) {
            int from = geometry.reached(cpu, family, key);
            int sets = 2 * geometry.words(); // those reached, and those reached writable
            for (int i = from; i < from + sets; i++) {
                if (a[i] != b[i]) {
                    differences |= keys.topSlot(key) == LinearMap.SLOT ? LINEAR : GUEST;
                }
            }
        }
        return differences;
    }

    private int family(long[] s, int cpu) {
        boolean pcide = (s[geometry.cr4(cpu)] & CR4_PCIDE) != 0;
        return pcide ? geometry.pcidIndex(ControlRegister.pcid(s[geometry.cr3(cpu)])) : 0;
    }

    /** Whether the root copy on which a CPU runs its guest, now or next, has other entries. */
    boolean copiesDiffer(long[] a, long[] b, int cpu) {
        if (!xen.layout().machine().xpti()) {
            return false;
        }
        if (xen.cpus().inGuest(a, cpu)) {
            return copyDiffers(a, b, cpu);
        }
        cross(a, b, cpu);
        return copyDiffers(left, right, cpu);
    }

    private boolean copyDiffers(long[] a, long[] b, int cpu) {
        int copy = xen.layout().rootFrame(cpu);
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            if (XenSlots.isGuestL4Slot(slot)
                    && geometry.read(a, copy, slot) != geometry.read(b, copy, slot)) {
                return true;
            }
        }
        return false;
    }
}
