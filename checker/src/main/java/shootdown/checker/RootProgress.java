package shootdown.checker;

import shootdown.checker.PropertyChecks.CpuProperty;
import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.UndoLog;
import shootdown.hypervisor.XenSlots;

/**
 * P5: while a CPU runs the guest, a fresh walk from the root in use finds every entry that a
 * finished call made present. Without a root copy the root in use is the L4 itself, and nothing is
 * at stake.
 */
final class RootProgress implements CpuProperty {
    private final Hypervisor xen;
    private final Geometry geometry;
    private final UndoLog log;

    RootProgress(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.log = xen.log();
    }

    @Override
    public Judgement judge(long[] s, int cpu) {
        if (!hasCopy(s, cpu)) {
            return Judgement.NOTHING_AT_STAKE;
        }
        boolean atStake = false;
        int l4 = xen.cpus().base(s, cpu);
        int copy = xen.layout().rootFrame(cpu);
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            if (!XenSlots.isGuestL4Slot(slot)
                    || !Pte.isPresent(geometry.read(s, l4, slot))
                    || isUnfinished(s, cpu, l4, slot)) {
                continue;
            }
            atStake = true;
            if (!Pte.isPresent(geometry.read(s, copy, slot))) {
                return Judgement.VIOLATED;
            }
        }
        return atStake ? Judgement.HOLDS : Judgement.NOTHING_AT_STAKE;
    }

    private boolean hasCopy(long[] s, int cpu) {
        return xen.cpus().inGuest(s, cpu)
                && xen.layout().machine().hasXpti(xen.cpus().domain(s, cpu));
    }

    private boolean isUnfinished(long[] s, int running, int l4, int slot) {
        if (xen.cpus().parkedContainer(s, running) == l4) {
            return true; // this CPU's own call is still to drop what it cut off from that L4
        }
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            for (int i = 0; i < log.size(s, cpu); i++) {
                if (log.table(s, cpu, i) == l4 && log.slot(s, cpu, i) == slot) {
                    return true;
                }
            }
        }
        return false;
    }
}
