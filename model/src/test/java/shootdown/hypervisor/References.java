package shootdown.hypervisor;

import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_SEG_DESC;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.hardware.Pte;

import java.util.ArrayList;
import java.util.List;

/**
 * The references that exist, counted from the tables alone, and where {@code page_info} differs
 * (facts 12.2): for states in which no call is in progress.
 */
final class References {
    private final TestXen xen;
    private final int frames;
    private final long[] general;
    private final long[] typed;
    private final int[] linear;
    private final List<String> wrong = new ArrayList<>();

    private References(TestXen xen) {
        this.xen = xen;
        this.frames = xen.layout.machine().frames();
        general = new long[frames];
        typed = new long[frames];
        linear = new int[frames];
    }

    /** What is wrong, in words; empty if all counts are right. */
    static List<String> mistakes(TestXen xen) {
        References references = new References(xen);
        references.count();
        references.compare();
        return references.wrong;
    }

    private boolean isTable(int mfn) {
        int type = xen.type(mfn);
        return type >= TYPE_L1 && type <= TYPE_L4 && xen.typeCount(mfn) > 0;
    }

    /** Frames that Xen shares keep one type count of their own. */
    private boolean isXens(int mfn) {
        int owner = xen.xen.pages().owner(xen.s, mfn);
        boolean device = owner == DomId.IO && !xen.layout.machine().isDenied(mfn);
        return device || owner == DomId.XEN || xen.layout.machine().isSpecial(mfn);
    }

    private void count() {
        for (int mfn = 0; mfn < frames; mfn++) {
            general[mfn] += xen.xen.pages().allocated(xen.s, mfn) ? 1 : 0;
            typed[mfn] += isXens(mfn) ? 1 : 0;
            if (xen.pinned(mfn)) {
                refer(mfn);
            }
            for (int i = 0; i < xen.layout.geometry().slotCount() && isTable(mfn); i++) {
                countEntry(mfn, xen.type(mfn), xen.layout.geometry().slotNumber(i));
            }
        }
        for (int cpu = 0; cpu < xen.layout.machine().cpus(); cpu++) {
            refer(xen.xen.cpus().kernelBase(xen.s, cpu));
            refer(xen.xen.cpus().userBase(xen.s, cpu));
            for (int page = 0; page < SegmentState.GDT_PAGES; page++) {
                refer(xen.xen.segments().gdtFrame(xen.s, cpu, page));
            }
            for (int page = 0; page < SegmentState.LDT_PAGES; page++) {
                refer(xen.xen.segments().ldtFrame(xen.s, cpu, page));
            }
        }
    }

    private void refer(int mfn) {
        if (mfn >= 0) {
            general[mfn]++;
            typed[mfn]++;
        }
    }

    private void countEntry(int table, int level, int slot) {
        long entry = xen.entry(table, slot);
        if (!Pte.isPresent(entry) || (level == TYPE_L4 && slot >= 256 && slot <= 271)) {
            return;
        }
        int target = Pte.mfn(entry);
        if (level == TYPE_L1 && xen.xen.pages().isMmio(xen.s, target)) {
            return; // holds nothing
        }
        if (target >= frames) {
            wrong.add("frame %d slot %d names no frame".formatted(table, slot));
        } else if (level == TYPE_L1) {
            general[target]++;
            typed[target] += Pte.isWritable(entry) ? 1 : 0;
            if (Pte.isWritable(entry) && xen.type(target) != TYPE_WRITABLE) {
                wrong.add("frame %d is mapped writable".formatted(target));
            }
        } else if (target != table) {
            refer(target);
            if (xen.type(target) == level) {
                linear[table]++;
                linear[target]--;
                if (Pte.isWritable(entry)) {
                    wrong.add("linear entry in frame %d is writable".formatted(table));
                }
            } else if (xen.type(target) != level - 1) {
                wrong.add("frame %d slot %d names type %d".formatted(table, slot, level));
            }
        } else if (Pte.isWritable(entry)) {
            wrong.add("self-reference of frame %d is writable".formatted(table));
        }
        if (level > TYPE_L1 && (entry & Pte.USER) == 0 && !xen.layout.machine().pv32()) {
            wrong.add("frame %d slot %d lacks USER".formatted(table, slot));
        }
    }

    private void compare() {
        for (int mfn = 0; mfn < frames; mfn++) {
            differ(mfn, "general references", xen.refs(mfn), general[mfn]);
            differ(mfn, "type count", xen.typeCount(mfn), typed[mfn]);
            boolean table = isTable(mfn);
            if (table) {
                differ(mfn, "linear count", xen.linearCount(mfn), linear[mfn]);
            }
            boolean needsAudit = table || xen.type(mfn) == TYPE_SEG_DESC;
            if (needsAudit && xen.typeCount(mfn) > 0 && !xen.validated(mfn)) {
                wrong.add("frame %d is in use but not validated".formatted(mfn));
            }
            if (xen.pinned(mfn) && !table) {
                wrong.add("frame %d is pinned but no table".formatted(mfn));
            }
            if (xen.xen.pages().locked(xen.s, mfn) || xen.xen.pages().partial(xen.s, mfn)) {
                wrong.add("frame %d is locked or partial".formatted(mfn));
            }
        }
    }

    private void differ(int mfn, String what, long has, long should) {
        if (has != should) {
            wrong.add("frame %d: %s %d, should be %d".formatted(mfn, what, has, should));
        }
    }
}
