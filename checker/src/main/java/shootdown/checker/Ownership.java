package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_L1;

import org.jspecify.annotations.Nullable;

import shootdown.checker.PropertyChecks.CpuProperty;
import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.PageInfo;

/**
 * P8: no CPU holds a translation to a frame of another domain than the one whose tables it has
 * loaded, and every vCPU's base pointers name tables of its own domain.
 *
 * <p>A frame is not counted while the call that gives it to somebody has not returned, nor where an
 * L1 table of the CPU's domain names it now, as a privileged domain may have mapped it, nor while a
 * map of a grant holds it: until the flush of the unmap the granter cannot use it again. Free
 * frames are nobody's; they are flushed before they are given out.
 */
final class Ownership implements CpuProperty {
    /** What is wrong: a CPU, the domain whose tables it has, and a frame of another one. */
    record Wrong(int cpu, int domid, int mfn) {}

    private final Hypervisor xen;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;

    Ownership(Hypervisor xen) {
        this.xen = xen;
        this.machine = xen.layout().machine();
        this.geometry = xen.layout().geometry();
        this.pages = xen.pages();
        this.cpus = xen.cpus();
    }

    @Override
    public Judgement judge(long[] s, int cpu) {
        return machine.hasSeveralDomains()
                ? Judgement.of(wrong(s, cpu) == null)
                : Judgement.NOTHING_AT_STAKE;
    }

    /** The first translation or base pointer that is wrong, or null. */
    @Nullable Wrong firstWrong(long[] s) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            @Nullable Wrong wrong = wrong(s, cpu);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable Wrong wrong(long[] s, int cpu) {
        int domid = cpus.domain(s, cpu);
        int mfn = firstOf(held(s, cpu) & foreign(s, domid), s, domid);
        mfn = mfn < 0 ? foreignBase(s, cpus.kernelBase(s, cpu), domid) : mfn;
        mfn = mfn < 0 ? foreignBase(s, cpus.userBase(s, cpu), domid) : mfn;
        return mfn < 0 ? null : new Wrong(cpu, domid, mfn);
    }

    /** Frames of other domains than this one, but for those that a call is giving away. */
    long foreign(long[] s, int domid) {
        long found = 0;
        for (int mfn = 0; mfn < machine.frames(); mfn++) {
            int owner = pages.owner(s, mfn);
            found |= owner == domid || owner == PageInfo.NO_OWNER ? 0 : 1L << mfn;
        }
        for (int cpu = 0; machine.allocates() && cpu < geometry.cpus(); cpu++) {
            int given = cpus.callFrame(s, cpu);
            found &= given < 0 ? -1L : ~(1L << given);
        }
        return found;
    }

    private int foreignBase(long[] s, int base, int domid) {
        return base >= 0 && (foreign(s, domid) >>> base & 1) != 0 ? base : -1;
    }

    /** All frames that a CPU may have cached a way to, under any PCID. */
    private long held(long[] s, int cpu) {
        long frames = 0;
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < geometry.keys().size(); key++) {
                frames |= s[geometry.reached(cpu, family, key)];
            }
        }
        return frames;
    }

    private int firstOf(long suspects, long[] s, int domid) {
        long left = suspects == 0 ? 0 : suspects & ~mapped(s, domid);
        while (left != 0 && xen.isGrantHeld(s, domid, Long.numberOfTrailingZeros(left))) {
            left &= left - 1;
        }
        return left == 0 ? -1 : Long.numberOfTrailingZeros(left);
    }

    /** The frames that L1 tables of a domain name. */
    private long mapped(long[] s, int domid) {
        long frames = 0;
        for (int mfn = 0; mfn < machine.frames(); mfn++) {
            if (pages.owner(s, mfn) == domid
                    && pages.type(s, mfn) == TYPE_L1
                    && pages.typeCount(s, mfn) > 0
                    && pages.validated(s, mfn)) {
                frames |= named(s, mfn);
            }
        }
        return frames;
    }

    private long named(long[] s, int table) {
        long frames = 0;
        for (int i = 0; i < geometry.slotCount(); i++) {
            long entry = geometry.read(s, table, geometry.slotNumber(i));
            boolean known = Pte.isPresent(entry) && Pte.mfn(entry) < machine.frames();
            frames |= known ? 1L << Pte.mfn(entry) : 0;
        }
        return frames;
    }
}
