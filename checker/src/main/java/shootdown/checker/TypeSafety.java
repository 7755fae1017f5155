package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_NONE;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.checker.PropertyChecks.CpuProperty;
import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.XenSlots;

/**
 * P1: under no PCID has a CPU a writable translation of a guest address to a validated table, and
 * no CPU can walk, as a table, a page that is granted as writable or belongs to another domain than
 * the one whose vCPU the CPU has loaded; the root that is loaded counts as well, and so does the
 * frame that Xen itself is about to read as a table in its walk for a fault. The rest of P1 is
 * {@link DescriptorPages}.
 */
final class TypeSafety implements CpuProperty {
    private final Geometry geometry;
    private final KeyTree keys;
    private final PageInfo pages;
    private final CpuState cpus;
    private final Ownership ownership;
    private final boolean tracksGuestPages;
    private final int frames;

    TypeSafety(Hypervisor xen) {
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.pages = xen.pages();
        this.cpus = xen.cpus();
        this.ownership = new Ownership(xen);
        this.tracksGuestPages = tracksGuestPages(keys);
        this.frames = xen.layout().machine().frames();
    }

    @Override
    public Judgement judge(long[] s, int cpu) {
        long noTables = granted(s) | ownership.foreign(s, cpus.domain(s, cpu));
        if (!holds(s, cpu, tables(s), noTables)) {
            return Judgement.VIOLATED;
        }
        boolean atStake = tracksGuestPages || noTables != 0;
        return atStake ? Judgement.HOLDS : Judgement.NOTHING_AT_STAKE;
    }

    /** The frames that are granted as writable, bit for bit. */
    private long granted(long[] s) {
        long granted = 0;
        for (int mfn = 0; mfn < frames; mfn++) {
            boolean used = pages.typeCount(s, mfn) > 0 && pages.validated(s, mfn);
            if (used && pages.type(s, mfn) == TYPE_WRITABLE) {
                granted |= 1L << mfn;
            }
        }
        return granted;
    }

    /** The frames that are in use as tables or descriptor pages, bit for bit. */
    long tables(long[] s) {
        long tables = 0;
        for (int mfn = 0; mfn < frames; mfn++) {
            int type = pages.type(s, mfn);
            boolean used = pages.typeCount(s, mfn) > 0 && pages.validated(s, mfn);
            if (used && type != TYPE_WRITABLE && type != TYPE_NONE) {
                tables |= 1L << mfn;
            }
        }
        return tables;
    }

    private static boolean tracksGuestPages(KeyTree keys) {
        for (int key = 0; key < keys.size(); key++) {
            if (keys.isLeaf(key) && XenSlots.isGuestL4Slot(keys.topSlot(key))) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(long[] s, int cpu, long tables, long noTables) {
        int walked = cpus.walkedTable(s, cpu);
        if ((noTables >>> cpus.root(s, cpu) & 1) != 0
                || (walked >= 0 && (noTables >>> walked & 1) != 0)) {
            return false;
        }
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < keys.size(); key++) {
                if (!keys.isLeaf(key)) {
                    if ((s[geometry.reached(cpu, family, key)] & noTables) != 0) {
                        return false;
                    }
                } else if (XenSlots.isGuestL4Slot(keys.topSlot(key))
                        && (s[geometry.writable(cpu, family, key)] & tables) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
