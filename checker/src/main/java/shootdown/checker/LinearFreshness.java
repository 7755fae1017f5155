package shootdown.checker;

import shootdown.checker.PropertyChecks.CpuProperty;
import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Stage;

import java.util.Arrays;

/**
 * P3: while a CPU is in Xen between sub-calls, whatever a read through the linear map could return,
 * a fault included, is what a legal walk from the kernel's base returns, as hypercalls are the
 * kernel's. The reads are those of the universe's alphabet. A polite guest that still owes an
 * INVLPG can ask for nothing else, so nothing is read there; nor is anything while the idle vCPU
 * runs, whatever tables it has left loaded.
 *
 * <p>What Xen reads only for a fault of the guest (ptwr, a page of the LDT), or in the middle of a
 * call, is judged when it is read: under XPTI a fault comes with an entry to Xen that may flush.
 */
final class LinearFreshness implements CpuProperty {
    private final Hypervisor xen;
    private final Geometry geometry;
    private final KeyTree keys;
    private final LegalWalk legal;
    private final int[] windows;
    private final long[] reached = new long[1];
    private final long[] writable = new long[1];

    LinearFreshness(Hypervisor xen, LegalWalk legal) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.legal = legal;
        this.windows = windows(keys, xen.layout().machine());
    }

    private static int[] windows(KeyTree keys, Machine machine) {
        int[] all = new int[keys.addresses().size()];
        int n = 0;
        for (int address = 0; address < all.length; address++) {
            VirtualAddress window = keys.addresses().get(address);
            if (window.i4() == LinearMap.SLOT && !machine.isReadByFaultsOnly(window)) {
                all[n++] = address;
            }
        }
        return Arrays.copyOf(all, n);
    }

    @Override
    public Judgement judge(long[] s, int cpu) {
        if (windows.length == 0 || !mayRead(s, cpu)) {
            return Judgement.NOTHING_AT_STAKE;
        }
        legal.walk(s, cpu, cpu, LegalWalk.NOBODY);
        return Judgement.of(isFresh(s, cpu));
    }

    /** Whether {@link #judge} has not spoken yet of a read that is made now. */
    boolean isOwnEvent(long[] s, int cpu, int window) {
        return xen.cpus().stage(s, cpu) != Stage.IDLE || Arrays.binarySearch(windows, window) < 0;
    }

    /** Whether a read that has found this frame, or -1 for a fault, has done so rightly. */
    boolean isLegal(long[] s, int cpu, int window, int mfn) {
        legal.walk(s, cpu, cpu, LegalWalk.NOBODY);
        int leaf = keys.leaf(window);
        return mfn < 0 ? legal.mayFault(leaf) : (legal.reached(leaf) >>> mfn & 1) != 0;
    }

    /** The frames that legal walks to a linear page lead to; those of the last question. */
    long legalFrames(int window) {
        return legal.reached(keys.leaf(window));
    }

    private boolean mayRead(long[] s, int cpu) {
        return xen.mayCall(s, cpu)
                && xen.cpus().owed(s, cpu) == 0
                && xen.cpus().current(s, cpu) >= 0;
    }

    private boolean isFresh(long[] s, int cpu) {
        for (int window : windows) {
            boolean mayFault = xen.caches().outcomes(s, cpu, window, reached, writable);
            int leaf = keys.leaf(window);
            if ((reached[0] & ~legal.reached(leaf)) != 0 || (mayFault && !legal.mayFault(leaf))) {
                return false;
            }
        }
        return true;
    }
}
