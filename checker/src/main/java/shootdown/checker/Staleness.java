package shootdown.checker;

import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.XenSlots;

/**
 * Tells whether a CPU could use something that no legal walk gives: a translation of the guest,
 * under any PCID, or a read through the linear map. One for each thread.
 */
public final class Staleness {
    private final Hypervisor xen;
    private final Geometry geometry;
    private final KeyTree keys;
    private final LegalWalk legal;
    private final long[] reached = new long[1];
    private final long[] writable = new long[1];

    public Staleness(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.legal = new LegalWalk(xen);
    }

    public boolean isStale(long[] s, int cpu) {
        return hasStaleTranslation(s, cpu) || hasStaleRead(s, cpu);
    }

    private boolean hasStaleTranslation(long[] s, int cpu) {
        for (int family = 0; family < geometry.families(); family++) {
            legal.walkFamily(s, cpu, family, cpu, LegalWalk.NOBODY);
            for (int key = 0; key < keys.size(); key++) {
                long stale = s[geometry.reached(cpu, family, key)] & ~legal.reached(key);
                long staleWritable = s[geometry.writable(cpu, family, key)] & ~legal.writable(key);
                if ((stale | staleWritable) != 0 && XenSlots.isGuestL4Slot(keys.topSlot(key))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean hasStaleRead(long[] s, int cpu) {
        if (xen.layout().machine().xpti() && xen.cpus().inGuest(s, cpu)) {
            return false; // a root copy has no linear map
        }
        legal.walk(s, cpu, cpu, LegalWalk.NOBODY);
        for (int address = 0; address < keys.addresses().size(); address++) {
            int leaf = keys.leaf(address);
            if (keys.topSlot(leaf) == LinearMap.SLOT) {
                boolean mayFault = xen.caches().outcomes(s, cpu, address, reached, writable);
                if ((reached[0] & ~legal.reached(leaf)) != 0
                        || (mayFault && !legal.mayFault(leaf))) {
                    return true;
                }
            }
        }
        return false;
    }
}
