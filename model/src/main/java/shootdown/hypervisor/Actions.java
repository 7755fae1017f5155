package shootdown.hypervisor;

import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Unpin;

/**
 * What a CPU can do now, and the numbers of all that it ever can.
 *
 * <p>Numbers: 0..n-1 begin operation i of the machine; then {@link #switchMode}, {@link #endBatch},
 * {@link #goOn}; then for each CPU t the flush of the current plan on t, and the same getting lost;
 * then what only some machines have. Changes nothing.
 */
final class Actions {
    private final Machine machine;
    private final Alphabet operations;
    private final CurrentCall current;
    private final CpuState cpus;
    private final EntryStore entries;
    private final Programs programs;
    private final Preemption preemption;
    private final Toolstack toolstack;
    private final Scheduler scheduler;
    private final Flushing flushing;
    private final PageTypes types;
    private final MmuUpdate mmuUpdate;
    private final UpdateVaMapping updateVaMapping;
    private final MmuExt mmuExt;
    private final Grants grants;
    private final Ptwr ptwr;
    private final GuestAccess guestAccess;
    private final FaultWalk faultWalk;

    Actions(Wiring xen) {
        machine = xen.machine;
        operations = xen.operations;
        current = xen.current;
        cpus = xen.cpus;
        entries = xen.entries;
        programs = xen.programs;
        preemption = xen.preemption;
        toolstack = xen.toolstack;
        scheduler = xen.scheduler;
        flushing = xen.flushing;
        types = xen.types;
        mmuUpdate = xen.mmuUpdate;
        updateVaMapping = xen.updateVaMapping;
        mmuExt = xen.mmuExt;
        grants = xen.grants;
        ptwr = xen.ptwr;
        guestAccess = xen.guestAccess;
        faultWalk = xen.faultWalk;
    }

    /** Begin an operation: its own number. Enter or leave Xen: this. */
    int switchMode() {
        return operations.size();
    }

    int endBatch() {
        return operations.size() + 1;
    }

    int goOn() {
        return operations.size() + 2;
    }

    /** The flush of the plan in progress on {@code target}. */
    int serve(int target) {
        return operations.size() + 3 + target;
    }

    /** The same, getting lost. */
    int lose(int target) {
        return serve(machine.cpus) + target;
    }

    /** Preempt the call in progress; only on machines with preemption, as the next. */
    int preempt() {
        return lose(machine.cpus);
    }

    /** An interrupt handler of the guest begins before a continuation, or ends. */
    int interrupt() {
        return preempt() + 1;
    }

    /** What the CPU has stored reaches memory; only on machines with store buffers. */
    int drain() {
        return interrupt() + 1;
    }

    /** Number of different actions of a CPU. */
    int count() {
        return drain() + 1;
    }

    /**
     * Lists the actions that {@code cpu} can take, ascending.
     *
     * @param out receives them; {@link #count} is always enough
     * @return how many
     */
    int list(long[] s, int cpu, int[] out) {
        int n = callActions(s, cpu, out);
        if (entries.buffer().isFull(s, cpu)) {
            out[n++] = drain();
        }
        return n;
    }

    private int callActions(long[] s, int cpu, int[] out) {
        if (Domain.crashed(s, cpus.domainWord(s, cpu))) {
            return 0;
        }
        if (programs.runs(cpu) && programs.decides(s, cpu)) {
            return programActions(s, cpu, out);
        }
        return switch (cpus.stage(s, cpu)) {
            case IDLE -> idleActions(s, cpu, out);
            case GUEST -> {
                int n = guestActions(s, cpu, out);
                if (!cpus.inUserMode(s, cpu)) { // hypercalls are the kernel's
                    out[n++] = switchMode();
                }
                yield orInterrupt(s, cpu, true, out, n);
            }
            case BATCH -> {
                int n = requests(s, cpu, out);
                out[n] = endBatch();
                yield orPreempt(s, cpu, out, n + 1);
            }
            case FLUSHING -> flushActions(s, cpu, out);
            case UVM_LOCK -> goOnIf(updateVaMapping.canLock(s, cpu), out);
            case GRANT_ENTRY -> goOnIf(grants.canLock(s, cpu), out);
            case PTWR_LOCK -> goOnIf(ptwr.canLock(s, cpu), out);
            case TYPE_WAIT -> goOnIf(!types.isWaiting(s, cpu), out);
            case DROP -> goOnIf(!types.dropOfParkedWaits(s, cpu), out);
            case PAUSE_WAIT ->
                    goOnIf(scheduler.isAsleep(s, Scheduler.paused(current.control(s, cpu))), out);
            case TYPE_VALIDATE,
                    TYPE_PUBLISH,
                    CONTEXT_SWITCH,
                    SWITCH_TABLES,
                    SWITCH_DONE,
                    PAUSED,
                    ALLOCATED,
                    UVM_MODIFY,
                    STORED,
                    GRANT_FIND,
                    GRANT_UNMAPPED,
                    USER,
                    FAULT_READ,
                    FAULT_WALK,
                    PTWR_MODIFY,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTINUATION_LEAVE,
                    GUEST_FLUSHED,
                    RETURN ->
                    goOnIf(true, out);
            case CONTINUATION_GUEST -> orInterrupt(s, cpu, true, out, goOnIf(true, out));
        };
    }

    /** A program leaves no choice. */
    private int programActions(long[] s, int cpu, int[] out) {
        if (programs.isDone(s, cpu)) {
            return 0;
        }
        if (programs.switchesMode(s, cpu)) {
            out[0] = switchMode();
            return 1;
        }
        int op = programs.peek(s, cpu);
        int n = goOnIf(op == Programs.NONE || canBegin(s, cpu, op, true), out);
        return orPreempt(s, cpu, out, n);
    }

    private int orPreempt(long[] s, int cpu, int[] out, int n) {
        out[n] = preempt();
        return preemption.isPossible(s, cpu) ? n + 1 : n;
    }

    private int orInterrupt(long[] s, int cpu, boolean inGuest, int[] out, int n) {
        out[n] = interrupt();
        return preemption.mayInterrupt(s, cpu, inGuest) ? n + 1 : n;
    }

    private int goOnIf(boolean enabled, int[] out) {
        out[0] = goOn();
        return enabled ? 1 : 0;
    }

    private int idleActions(long[] s, int cpu, int[] out) {
        if (cpus.current(s, cpu) < 0) {
            return schedulingActions(s, cpu, out);
        }
        if (!mayCall(s, cpu)) {
            out[0] = switchMode();
            return 1;
        }
        long owed = cpus.owed(s, cpu);
        int caller = cpus.domain(s, cpu);
        boolean inGuest = !leavingMatters(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            boolean asked =
                    owed == 0 ? operations.isAllowed(op, cpu, caller) : (owed >>> op & 1) != 0;
            if (asked && mayTouch(s, op, caller) && canBegin(s, cpu, op, inGuest)) {
                out[n++] = op;
            }
        }
        if (leavingMatters(s, cpu)) {
            out[n++] = switchMode();
        }
        if (preemption.canDrop(s, cpu)) {
            out[n++] = goOn();
        }
        return orInterrupt(s, cpu, inGuest, out, n);
    }

    private boolean leavingMatters(long[] s, int cpu) {
        return machine.entryMatters() || cpus.exitFlags(s, cpu) != 0 || cpus.inUserMode(s, cpu);
    }

    /**
     * Whether a CPU is in Xen between sub-calls, so that another may begin: not in a multicall that
     * has left for user mode, which ends there (XSA-213).
     */
    boolean mayCall(long[] s, int cpu) {
        return cpus.stage(s, cpu) == Stage.IDLE
                && (!cpus.inUserMode(s, cpu) || machine.has(Defect.CALLS_GO_ON_IN_USER_MODE));
    }

    private boolean mayTouch(long[] s, int op, int caller) {
        return toolstack.mayTouch(s, caller, operations.about(op, caller));
    }

    /** Of an idle CPU only the scheduler asks anything. */
    private int schedulingActions(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            if (operations.when(op) == Alphabet.When.CONTROL
                    && operations.isAllowed(op, cpu, caller)
                    && canBegin(s, cpu, op, false)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private boolean canBegin(long[] s, int cpu, int op, boolean inGuest) {
        if (Calls.dropsParked(operations.get(op)) && preemption.mustDropFirst(s, cpu)) {
            return false;
        }
        return switch (operations.when(op)) {
            case ALWAYS -> true;
            case NEVER -> false;
            case IN_GUEST -> inGuest && !cpus.inUserMode(s, cpu);
            case IN_USER_MODE -> inGuest && cpus.inUserMode(s, cpu);
            case CONTROL -> toolstack.canBegin(s, cpu, (Operation.Control) operations.get(op));
            case TABLE_UNLOCKED -> mmuUpdate.canBegin(s, (MmuUpdateRequest) operations.get(op));
            case DROP_POSSIBLE -> mmuExt.canUnpin(s, cpu, (Unpin) operations.get(op));
            case STORE_POSSIBLE ->
                    inGuest
                            && guestAccess.canWrite(
                                    s,
                                    cpu,
                                    (GuestWrite) operations.get(op),
                                    operations.address(op));
            case FAULT_POSSIBLE ->
                    inGuest
                            && !cpus.inUserMode(s, cpu)
                            && faultWalk.canBegin(
                                    s,
                                    cpu,
                                    ((Operation.FaultingWrite) operations.get(op)).va(),
                                    operations.address(op));
        };
    }

    private int guestActions(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            Alphabet.When when = operations.when(op);
            boolean guest =
                    when == Alphabet.When.STORE_POSSIBLE
                            || when == Alphabet.When.FAULT_POSSIBLE
                            || when == Alphabet.When.IN_GUEST
                            || when == Alphabet.When.IN_USER_MODE;
            if (guest && operations.isAllowed(op, cpu, caller) && canBegin(s, cpu, op, true)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private int requests(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            if (operations.when(op) == Alphabet.When.TABLE_UNLOCKED
                    && operations.isAllowed(op, cpu, caller)
                    && operations.about(op, caller) == cpus.ptOwner(s, cpu)
                    && mayTouch(s, op, caller)
                    && canBegin(s, cpu, op, true)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private int flushActions(long[] s, int cpu, int[] out) {
        long ready = flushing.ready(s, cpu);
        int n = 0;
        for (long left = ready; left != 0; left &= left - 1) {
            out[n++] = serve(Long.numberOfTrailingZeros(left));
        }
        if (machine.losesOneFlush && !Domain.flushLost(s) && flushing.isPolicyFlush(s, cpu)) {
            for (long left = ready; left != 0; left &= left - 1) {
                out[n++] = lose(Long.numberOfTrailingZeros(left));
            }
        }
        return n;
    }
}
