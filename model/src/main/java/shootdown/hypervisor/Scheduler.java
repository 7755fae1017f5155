package shootdown.hypervisor;

import static shootdown.policy.FlushFlags.FLUSH_VCPU_STATE;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.Control;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.Schedule;

/**
 * Which vCPU runs where, and that none of a paused domain does (facts B.7, B.16).
 *
 * <p>The idle vCPU is lazy: it leaves the tables and the translations of the vCPU before it as they
 * are, and the CPU stays in that domain's dirty mask, until another vCPU is loaded, or some CPU
 * needs the vCPU's state and asks for it by a flush IPI.
 */
@Models(
        value = {
            "domain.c: context_switch",
            "domain.c: sync_vcpu_execstate",
            "sched/core.c: vcpu_sleep_sync",
            "common/domain.c: domain_pause, domain_unpause"
        },
        simplified =
                "any runnable vCPU may run on any CPU that the universe allows; a vCPU is taken"
                        + " from its CPU between two calls; pauses do not count")
final class Scheduler {
    private final Layout layout;
    private final Machine machine;
    private final CpuState cpus;
    private final Alphabet operations;
    private final Flushing flushing;
    private final ContextSwitch contextSwitch;

    Scheduler(
            Layout layout,
            CpuState cpus,
            Alphabet operations,
            Flushing flushing,
            ContextSwitch contextSwitch) {
        this.layout = layout;
        this.machine = layout.machine();
        this.cpus = cpus;
        this.operations = operations;
        this.flushing = flushing;
        this.contextSwitch = contextSwitch;
    }

    // context_switch.

    boolean canSchedule(long[] s, int cpu, Schedule schedule) {
        int vcpu = schedule.vcpu();
        if (vcpu == cpus.current(s, cpu)) {
            return false;
        }
        return vcpu == Schedule.IDLE
                || (!Domain.paused(s, domain(vcpu)) && !runsSomewhere(s, vcpu));
    }

    /** Whether a vCPU is, or is about to be, the current one of some CPU. */
    private boolean runsSomewhere(long[] s, int vcpu) {
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            if (cpus.current(s, cpu) == vcpu || isSwitchingTo(s, cpu, vcpu)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSwitchingTo(long[] s, int cpu, int vcpu) {
        int op = cpus.operation(s, cpu);
        return op >= 0 && operations.get(op) instanceof Schedule to && to.vcpu() == vcpu;
    }

    private int domain(int vcpu) {
        return layout.domain(machine.domainOf(vcpu));
    }

    /** Another CPU that still has the vCPU's state is asked to write it back first. */
    void schedule(long[] s, int cpu, Schedule schedule) {
        int vcpu = schedule.vcpu();
        int holder = vcpu == Schedule.IDLE ? cpu : cpus.dirtyCpu(s, vcpu);
        long elsewhere = holder < 0 || holder == cpu ? 0 : 1L << holder;
        flushing.start(s, cpu, 0, FLUSH_VCPU_STATE, elsewhere, -1, Stage.CONTEXT_SWITCH);
    }

    void switchContext(long[] s, int cpu, Schedule schedule) {
        int vcpu = schedule.vcpu();
        cpus.setCurrent(s, cpu, vcpu);
        if (vcpu == Schedule.IDLE || vcpu == cpus.loadedVcpu(s, cpu)) {
            cpus.returns(s, cpu, Errno.OK);
        } else {
            contextSwitch.joinMask(s, cpu, vcpu);
            cpus.setStage(s, cpu, Stage.SWITCH_TABLES);
        }
    }

    void loadTables(long[] s, int cpu, Schedule schedule) {
        contextSwitch.loadTables(s, cpu, schedule.vcpu());
        if (contextSwitch.isInAnotherMask(s, cpu)) {
            cpus.setStage(s, cpu, Stage.SWITCH_DONE);
        } else {
            cpus.returns(s, cpu, Errno.OK);
        }
    }

    void leaveMask(long[] s, int cpu) {
        contextSwitch.leaveMask(s, cpu, cpus.domain(s, cpu));
        cpus.returns(s, cpu, Errno.OK);
    }

    boolean canSync(long[] s, int cpu) {
        return cpus.current(s, cpu) < 0 && cpus.loadedVcpu(s, cpu) >= 0;
    }

    void sync(long[] s, int cpu) {
        contextSwitch.syncLocal(s, cpu);
        cpus.returns(s, cpu, Errno.OK);
    }

    // domain_pause.

    /** Begins to pause a domain; {@link #finishPause} goes on when nobody of it runs. */
    void pause(long[] s, int cpu, PauseDomain pause) {
        Domain.setPaused(s, layout.domain(pause.domid()), true);
        waitForPause(s, cpu);
    }

    void waitForPause(long[] s, int cpu) {
        cpus.setStage(s, cpu, Stage.PAUSE_WAIT);
    }

    /** {@code vcpu_sleep_sync} waits until no vCPU of the domain runs. */
    boolean isAsleep(long[] s, int domid) {
        for (int vcpu = 0; vcpu < machine.vcpus(); vcpu++) {
            if (machine.domainOf(vcpu) == domid && runsSomewhere(s, vcpu)) {
                return false;
            }
        }
        return true;
    }

    /** {@code sync_vcpu_execstate} of every vCPU, after which the dirty mask is empty. */
    void finishPause(long[] s, int cpu, int domid) {
        long dirty = Domain.dirtyMask(s, layout.domain(domid));
        flushing.start(s, cpu, 0, FLUSH_VCPU_STATE, dirty, -1, Stage.PAUSED);
    }

    void unpause(long[] s, int cpu, int domid) {
        Domain.setPaused(s, layout.domain(domid), false);
        Domain.setCreationFinished(s, layout.domain(domid));
        cpus.returns(s, cpu, Errno.OK);
    }

    /** The domain whose pause a call waits for. */
    static int paused(Control call) {
        return switch (call) {
            case PauseDomain p -> p.domid();
            case Operation.DestroyDomain d -> d.domid();
            default -> throw new IllegalArgumentException(call.text());
        };
    }
}
