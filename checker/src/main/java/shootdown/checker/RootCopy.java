package shootdown.checker;

import shootdown.checker.PropertyChecks.CpuProperty;
import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.UndoLog;
import shootdown.hypervisor.XenSlots;

/**
 * P2: while a CPU runs the guest under XPTI, also inside a forced continuation, every guest slot of
 * its root copy has the value of the L4 of the mode that it is in, or one that an unfinished call
 * of another CPU replaced.
 */
final class RootCopy implements CpuProperty {
    private static final long COMPARED = Pte.PRESENT | Pte.RW | Pte.MFN_MASK;

    private final Hypervisor xen;
    private final Geometry geometry;
    private final UndoLog log;

    RootCopy(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.log = xen.log();
    }

    @Override
    public Judgement judge(long[] s, int cpu) {
        return hasCopy(s, cpu) ? Judgement.of(isLegal(s, cpu)) : Judgement.NOTHING_AT_STAKE;
    }

    private boolean hasCopy(long[] s, int cpu) {
        return xen.cpus().inGuest(s, cpu)
                && xen.layout().machine().hasXpti(xen.cpus().domain(s, cpu));
    }

    private boolean isLegal(long[] s, int cpu) {
        int l4 = xen.cpus().base(s, cpu);
        int copy = xen.layout().rootFrame(cpu);
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            if (!XenSlots.isGuestL4Slot(slot)) {
                continue;
            }
            long value = geometry.read(s, copy, slot);
            if (!same(value, geometry.read(s, l4, slot)) && !wasReplaced(s, cpu, l4, slot, value)) {
                return false;
            }
        }
        return true;
    }

    private boolean wasReplaced(long[] s, int cpu, int l4, int slot, long value) {
        for (int other = 0; other < geometry.cpus(); other++) {
            int kept = other == cpu ? 0 : log.size(s, other);
            boolean edits = kept > 0 && !xen.isGuestFlush(s, other);
            for (int i = 0; edits && i < kept; i++) {
                if (log.table(s, other, i) == l4
                        && log.slot(s, other, i) == slot
                        && same(log.oldEntry(s, other, i), value)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean same(long a, long b) {
        boolean absent = !Pte.isPresent(a) && !Pte.isPresent(b);
        return absent || ((a ^ b) & COMPARED) == 0;
    }
}
