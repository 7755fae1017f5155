package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;

import shootdown.checker.PropertyChecks.Judgement;
import shootdown.checker.PropertyChecks.StateProperty;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.ReferenceVisitor;
import shootdown.hypervisor.SegmentState;
import shootdown.hypervisor.XenSlots;

import java.util.Arrays;

/**
 * P7: at every quiescent state the counts in {@code page_info} equal the references that exist
 * (facts 12.2), linear counts included.
 *
 * <p>A grant that is mapped by an entry holds what the entry holds, and loses it with the entry;
 * one that is mapped for devices holds references of its own.
 */
final class Accounting implements StateProperty {
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final SegmentState segments;
    private final Hypervisor xen;
    private final ReferenceVisitor counter = this::count;
    private final int frames;
    private final long[] refs;
    private final long[] types;
    private final long[] linear;

    Accounting(Hypervisor xen) {
        this.machine = xen.layout().machine();
        this.geometry = xen.layout().geometry();
        this.pages = xen.pages();
        this.cpus = xen.cpus();
        this.segments = xen.segments();
        this.xen = xen;
        this.frames = xen.layout().machine().frames();
        refs = new long[frames];
        types = new long[frames];
        linear = new long[frames];
    }

    @Override
    public Judgement judge(long[] s) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            if (cpus.inCall(s, cpu) || cpus.inHandler(s, cpu)) {
                return Judgement.NOTHING_AT_STAKE;
            }
        }
        Arrays.fill(refs, 0);
        Arrays.fill(types, 0);
        Arrays.fill(linear, 0);
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            countTyped(cpus.kernelBase(s, cpu));
            countTyped(cpus.userBase(s, cpu));
            if (segments.isKept()) {
                countDescriptors(s, cpu);
            }
        }
        xen.forEachDeviceMap(s, counter);
        for (int vcpu = 0; machine.schedules() && vcpu < machine.vcpus(); vcpu++) {
            countTyped(cpus.savedKernelBase(s, vcpu));
            countTyped(cpus.savedUserBase(s, vcpu));
        }
        for (int mfn = 0; mfn < frames; mfn++) {
            refs[mfn] += pages.allocated(s, mfn) ? 1 : 0;
            if (pages.pinned(s, mfn)) {
                count(mfn, true);
            }
            countEntries(s, mfn);
        }
        return Judgement.of(firstDisagreement(s) < 0);
    }

    private void countDescriptors(long[] s, int cpu) {
        for (int page = 0; page < SegmentState.GDT_PAGES; page++) {
            countTyped(segments.gdtFrame(s, cpu, page));
        }
        for (int page = 0; page < SegmentState.LDT_PAGES; page++) {
            countTyped(segments.ldtFrame(s, cpu, page));
        }
    }

    private void countTyped(int mfn) {
        if (mfn >= 0) {
            count(mfn, true);
        }
    }

    private void count(int mfn, boolean typed) {
        refs[mfn]++;
        types[mfn] += typed ? 1 : 0;
    }

    private void countEntries(long[] s, int table) {
        int level = pages.type(s, table);
        if (level < TYPE_L1
                || level > TYPE_L4
                || pages.typeCount(s, table) == 0
                || !pages.validated(s, table)) {
            return;
        }
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            long entry = geometry.read(s, table, slot);
            int target = Pte.mfn(entry);
            boolean guest = level != TYPE_L4 || XenSlots.isGuestL4Slot(slot);
            if (!guest || !Pte.isPresent(entry) || (level > TYPE_L1 && target == table)) {
                continue;
            }
            count(target, level > TYPE_L1 || Pte.isWritable(entry));
            if (level > TYPE_L1 && pages.type(s, target) == level) {
                linear[table]++;
                linear[target]--;
            }
        }
    }

    /** The first frame whose counts are wrong in a quiescent state, or -1. */
    int firstWrong(long[] s) {
        return judge(s) == Judgement.VIOLATED ? firstDisagreement(s) : -1;
    }

    private int firstDisagreement(long[] s) {
        for (int mfn = 0; mfn < frames; mfn++) {
            boolean used = pages.typeCount(s, mfn) > 0;
            if (pages.refs(s, mfn) != refs[mfn]
                    || pages.typeCount(s, mfn) != types[mfn]
                    || (used && pages.linearCount(s, mfn) != linear[mfn])
                    || (used && !pages.validated(s, mfn))) {
                return mfn;
            }
        }
        return -1;
    }
}
