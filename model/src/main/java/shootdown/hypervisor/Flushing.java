package shootdown.hypervisor;

import static shootdown.policy.FlushFlags.FLUSH_NO_ASSIST;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.FlushFlags.FLUSH_UNLESS_GUEST;
import static shootdown.policy.FlushFlags.FLUSH_VCPU_STATE;
import static shootdown.policy.FlushFlags.has;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Models;

/**
 * Carries out a flush plan: first the local part, then the handler on each remote CPU ({@code
 * flush_area_mask} and {@code invalidate_interrupt} in smp.c; facts B.6). Each of these is a step.
 *
 * <p>The initiator waits for all its targets and goes on only then; one initiator at a time holds
 * the flush lock, and one that waits still serves others. A handler on a CPU in guest mode enters
 * Xen, flushes, and leaves.
 *
 * <p>Where Xen runs on another hypervisor, that one does plain TLB flushes ({@link #isAssisted}):
 * it interrupts nobody, waits for nobody, and needs no lock.
 */
@Models(
        value = {
            "smp.c: flush_area_mask",
            "smp.c: invalidate_interrupt",
            "guest/hypervisor.c: hypervisor_flush_tlb"
        },
        simplified =
                "a handler is one step; an assisted flush reaches the CPUs of the mask only, one "
                        + "after the other")
final class Flushing {
    private final Machine machine;
    private final CpuState cpus;
    private final FlushLocal local;
    private final GuestEntry entry;
    private final ContextSwitch contextSwitch;
    private final Events events;
    private boolean defers;
    private @Nullable Interrupt deferred;

    Flushing(
            Layout layout,
            CpuState cpus,
            FlushLocal local,
            GuestEntry entry,
            ContextSwitch contextSwitch,
            Events events) {
        this.machine = layout.machine();
        this.cpus = cpus;
        this.local = local;
        this.entry = entry;
        this.contextSwitch = contextSwitch;
        this.events = events;
    }

    /** Starts a plan, or goes straight to {@code next} if it is empty. */
    void start(
            long[] s, int cpu, int localFlags, int others, long targets, int address, Stage next) {
        cpus.setPlan(s, cpu, localFlags, others, targets & ~(1L << cpu), address);
        if (cpus.hasPlan(s, cpu)) {
            cpus.setAfter(s, cpu, next);
            cpus.setStage(s, cpu, Stage.FLUSHING);
            events.observer.flushAsked(
                    s, cpu, localFlags, others, cpus.planTargets(s, cpu), source(s, cpu));
        } else {
            cpus.setAfter(s, cpu, Stage.IDLE);
            cpus.setStage(s, cpu, next);
        }
    }

    /**
     * The flush of a type change: FLUSH_TLB on these CPUs.
     *
     * @param wasTable whether a CPU may be walking the frame, so that its walk must end first
     */
    void startTypeChange(long[] s, int cpu, long targets, boolean wasTable, Stage next) {
        int self = (targets >>> cpu & 1) != 0 ? FLUSH_TLB : 0;
        int others = wasTable ? FLUSH_TLB | noAssist() : FLUSH_TLB;
        start(s, cpu, self, others, targets, -1, next);
    }

    /** The flush before a frame gets an owner: FLUSH_TLB on these CPUs. */
    void startAllocation(long[] s, int cpu, long targets) {
        startTypeChange(s, cpu, targets, true, Stage.ALLOCATED);
    }

    /** FLUSH_NO_ASSIST where it means anything, which is where flushes are assisted, or 0. */
    int noAssist() {
        boolean refuses = machine.assistedFlush && !machine.has(Defect.NO_FLUSH_REFUSES_ASSIST);
        return refuses ? FLUSH_NO_ASSIST : 0;
    }

    /** Whether the remote part of a plan is left to the hypervisor below Xen. */
    boolean isAssisted(long[] s, int cpu) {
        int more = cpus.planOthers(s, cpu) & ~(FLUSH_TLB | FLUSH_TLB_GLOBAL);
        return machine.assistedFlush && more == 0;
    }

    /** CPUs whose handler may run next; bit {@code cpu} itself while the local part is due. */
    long ready(long[] s, int cpu) {
        if (cpus.planLocal(s, cpu) != 0) {
            return 1L << cpu;
        }
        if (isAssisted(s, cpu)) {
            return cpus.planTargets(s, cpu);
        }
        for (int other = 0; other < machine.cpus; other++) {
            if (other != cpu && cpus.planUnderWay(s, other) && !isAssisted(s, other)) {
                return 0;
            }
        }
        return cpus.planTargets(s, cpu) & ~cpus.interruptsOff(s);
    }

    /** One step of the plan of {@code initiator}: the flush on {@code cpu}. */
    void serve(long[] s, int initiator, int cpu, boolean lost) {
        int flags = cpu == initiator ? cpus.planLocal(s, initiator) : cpus.planOthers(s, initiator);
        int address = cpus.planAddress(s, initiator);
        boolean assisted = isAssisted(s, initiator);
        Observer.FlushSource source = source(s, initiator);
        if (cpu == initiator) {
            cpus.planLocalDone(s, initiator);
        } else {
            cpus.planTargetDone(s, initiator, cpu);
        }
        if (lost) {
            events.observer.flushLost(s, initiator, cpu, flags);
        } else if (cpu == initiator) {
            local.area(s, initiator, cpu, flags, address, source);
        } else if (assisted) {
            local.fromBelow(s, initiator, cpu, flags, source);
        } else if (defers) {
            deferred = new Interrupt(initiator, cpu, flags, address, source);
        } else {
            handle(s, initiator, cpu, flags, address, source);
        }
        if (!cpus.hasPlan(s, initiator)) { // only now: a buffered store may just have got out
            cpus.setStage(s, initiator, cpus.after(s, initiator));
            cpus.setAfter(s, initiator, Stage.IDLE);
        }
    }

    /** From now on interrupts are left to whoever asks for {@link #takeDeferred}, or no longer. */
    void defer(boolean value) {
        defers = value;
    }

    /** The interrupt that was left to be handled, or null. */
    @Nullable Interrupt takeDeferred() {
        @Nullable Interrupt taken = deferred;
        deferred = null;
        return taken;
    }

    void handle(long[] s, Interrupt asked) {
        handle(s, asked.initiator(), asked.cpu(), asked.flags(), asked.address(), asked.source());
    }

    /** {@code invalidate_interrupt} on the CPU that is interrupted. */
    private void handle(
            long[] s, int initiator, int cpu, int flags, int address, Observer.FlushSource source) {
        boolean inGuest = cpus.inGuest(s, cpu);
        if (has(flags, FLUSH_UNLESS_GUEST)
                && !has(flags, FLUSH_ROOT_PGTBL)
                && mayRunGuest(s, cpu)) {
            return;
        }
        if (inGuest) {
            entry.enter(s, cpu);
        }
        int left = machine.schedules ? afterStateSync(s, cpu, flags) : flags;
        if (left == 0) {
            events.observer.flushed(s, initiator, cpu, flags, address, source);
        } else {
            local.area(s, initiator, cpu, left, address, source);
        }
        if (inGuest) {
            entry.leave(s, cpu);
        }
    }

    /** Where entering Xen changes nothing, a CPU between two calls is as good as in the guest. */
    private boolean mayRunGuest(long[] s, int cpu) {
        return cpus.inGuest(s, cpu)
                || (!machine.entryMatters()
                        && cpus.stage(s, cpu) == Stage.IDLE
                        && cpus.current(s, cpu) >= 0);
    }

    /** What is left to do; tables that are loaded anew have flushed everything. */
    private int afterStateSync(long[] s, int cpu, int flags) {
        boolean asked = has(flags, FLUSH_VCPU_STATE);
        boolean always = machine.has(Defect.EVERY_FLUSH_SYNCS_STATE);
        if (!asked && !always) {
            return flags;
        }
        boolean switched = contextSwitch.syncLocal(s, cpu);
        int done = FLUSH_VCPU_STATE;
        done |= switched ? FLUSH_TLB | FLUSH_TLB_GLOBAL | FLUSH_ROOT_PGTBL : 0;
        return flags & ~done;
    }

    /** Who asked for the flush in progress. */
    Observer.FlushSource source(long[] s, int cpu) {
        return switch (cpus.after(s, cpu)) {
            case GUEST_FLUSHED, RETURN, GRANT_UNMAPPED -> Observer.FlushSource.GUEST;
            case TYPE_VALIDATE, TYPE_PUBLISH -> Observer.FlushSource.TYPE_CHANGE;
            case CONTEXT_SWITCH, PAUSED -> Observer.FlushSource.SCHEDULER;
            case ALLOCATED -> Observer.FlushSource.ALLOCATION;
            case IDLE,
                    GUEST,
                    BATCH,
                    TYPE_WAIT,
                    FLUSHING,
                    UVM_LOCK,
                    UVM_MODIFY,
                    STORED,
                    GRANT_FIND,
                    GRANT_ENTRY,
                    USER,
                    FAULT_READ,
                    PTWR_LOCK,
                    PTWR_MODIFY,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTINUATION_LEAVE,
                    CONTINUATION_GUEST,
                    SWITCH_TABLES,
                    SWITCH_DONE,
                    PAUSE_WAIT,
                    DROP,
                    FAULT_WALK ->
                    Observer.FlushSource.POLICY;
        };
    }

    /** Whether the next step of the plan is a flush that the policy asked for. */
    boolean isPolicyFlush(long[] s, int cpu) {
        return source(s, cpu) == Observer.FlushSource.POLICY;
    }
}
