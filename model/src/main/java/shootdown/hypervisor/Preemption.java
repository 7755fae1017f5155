package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * Preemption between two requests, on machines with {@code preemption} (facts B.15, 8).
 *
 * <p>An invocation that is preempted ends like any other, with its flush block; then Xen is left
 * for a continuation. The guest sees a hypercall that has not returned, and an interrupt that came
 * meanwhile: its handler runs first and may make hypercalls of its own, while a table may still be
 * parked. Those of the MMU drop it before they begin; update_va_mapping does not. Then the
 * continuation goes on with the requests that are left. A handler runs with events masked, so it is
 * not interrupted itself.
 *
 * <p>A multicall that is preempted between entries needs nothing here: a CPU between sub-calls may
 * leave Xen and come back anyway.
 */
@Models(
        value = {
            "sched.h: hypercall_preempt_check",
            "domain.c: hypercall_create_continuation",
            "the guest's handler of an event"
        },
        simplified =
                "may happen between any two requests; one handler at a time; a continuation may"
                        + " find that no request is left")
final class Preemption {
    private final Machine machine;
    private final CpuState cpus;
    private final PageTypes types;
    private final Programs programs;

    Preemption(Layout layout, CpuState cpus, PageTypes types, Programs programs) {
        this.machine = layout.machine();
        this.cpus = cpus;
        this.types = types;
        this.programs = programs;
    }

    /** Whether the CPU, in a batch or a multicall, may be preempted now. */
    boolean isPossible(long[] s, int cpu) {
        return machine.preemption
                && (programs.runs(cpu)
                        ? programs.mayBePreempted(s, cpu)
                        : cpus.stage(s, cpu) == Stage.BATCH);
    }

    void preempt(long[] s, int cpu) {
        if (programs.runs(cpu) && cpus.stage(s, cpu) == Stage.IDLE) {
            programs.leavesMulticall(s, cpu);
            return;
        }
        cpus.setRc(s, cpu, Errno.ERESTART);
        boolean update = !programs.runs(cpu) || programs.isMmuUpdate(s, cpu);
        cpus.setStage(s, cpu, update ? Stage.INVOCATION_END : Stage.CONTINUATION_LEAVE);
    }

    /**
     * Whether an interrupt handler may begin now, or the one that runs may end: in the mode that it
     * was called from, the kernel's.
     */
    boolean mayInterrupt(long[] s, int cpu, boolean inGuest) {
        if (!machine.preemption || programs.runs(cpu)) {
            return false;
        }
        boolean handler = cpus.inHandler(s, cpu);
        return cpus.stage(s, cpu) == Stage.CONTINUATION_GUEST
                ? !handler
                : handler && inGuest && !cpus.inUserMode(s, cpu);
    }

    void interrupt(long[] s, int cpu) {
        if (cpus.inHandler(s, cpu)) {
            cpus.takeUp(s, cpu);
        } else {
            cpus.putOff(s, cpu);
            cpus.setStage(s, cpu, machine.entryMatters() ? Stage.GUEST : Stage.IDLE);
        }
    }

    /** Whether a call of a handler has to drop the table that the interrupted call has parked. */
    boolean mustDropFirst(long[] s, int cpu) {
        return cpus.inHandler(s, cpu) && cpus.parked(s, cpu) >= 0;
    }

    /** Whether a handler can begin such a call; what it does then is any of the alphabet. */
    boolean canDrop(long[] s, int cpu) {
        return mustDropFirst(s, cpu) && !types.dropOfParkedWaits(s, cpu);
    }

    /** Whether an invocation ends because it is preempted. */
    boolean isDue(long[] s, int cpu) {
        return machine.preemption && cpus.rc(s, cpu) == Errno.ERESTART;
    }
}
