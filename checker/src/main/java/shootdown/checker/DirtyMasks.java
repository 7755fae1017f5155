package shootdown.checker;

import shootdown.checker.PropertyChecks.Judgement;
import shootdown.checker.PropertyChecks.StateProperty;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Stage;

/**
 * P6: a CPU is in the dirty mask of the domain whose tables it has loaded and, but for the middle
 * of a context switch, in no other's.
 */
final class DirtyMasks implements StateProperty {
    private final Hypervisor xen;
    private final Machine machine;
    private final int[] domids;

    DirtyMasks(Hypervisor xen) {
        this.xen = xen;
        this.machine = xen.layout().machine();
        this.domids = machine.domains().stream().mapToInt(Machine.Guest::id).toArray();
    }

    @Override
    public Judgement judge(long[] s) {
        return machine.schedules() || machine.hasSeveralDomains()
                ? Judgement.of(firstWrong(s) < 0)
                : Judgement.NOTHING_AT_STAKE;
    }

    /** The first CPU that lacks in a mask or is in too many, or -1. */
    int firstWrong(long[] s) {
        for (int cpu = 0; cpu < machine.cpus(); cpu++) {
            if (isMissing(s, cpu) || (!isSwitching(s, cpu) && isElsewhere(s, cpu))) {
                return cpu;
            }
        }
        return -1;
    }

    /** Whether a CPU is not in the mask of the domain whose tables it has loaded. */
    boolean isMissing(long[] s, int cpu) {
        int loaded = xen.cpus().domain(s, cpu);
        return loaded != DomId.IDLE && !isIn(s, cpu, loaded);
    }

    private boolean isSwitching(long[] s, int cpu) {
        Stage stage = xen.cpus().stage(s, cpu);
        return stage == Stage.SWITCH_TABLES || stage == Stage.SWITCH_DONE;
    }

    private boolean isElsewhere(long[] s, int cpu) {
        for (int domid : domids) {
            if (domid != xen.cpus().domain(s, cpu) && isIn(s, cpu, domid)) {
                return true;
            }
        }
        return false;
    }

    private boolean isIn(long[] s, int cpu, int domid) {
        return (xen.dirtyMask(s, domid) >>> cpu & 1) != 0;
    }
}
