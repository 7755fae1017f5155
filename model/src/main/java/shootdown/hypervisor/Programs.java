package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.ENOSYS;
import static shootdown.hypervisor.Errno.OK;

import shootdown.hardware.Models;
import shootdown.hypervisor.Call.Arguments;
import shootdown.hypervisor.GuestProgram.Kind;
import shootdown.hypervisor.GuestProgram.Row;

import java.util.List;

/**
 * Runs the programs of the CPUs: what is common to all hypercalls and not part of any one request.
 * Handles, counts and {@code *pdone}, whose frames and tables a call is about, the entries of a
 * multicall, the results (facts 4.2, 4.3, 6.1, 8). The requests themselves are done by others, by
 * the number that {@link #next} gives.
 *
 * <p>A call begins together with its first request; from then on the stage of the CPU tells what
 * comes next, and in {@link Stage#BATCH} this class does. One for each thread.
 */
@Models(
        value = {
            "mm.c: do_mmu_update (arguments)",
            "mm.c: do_mmuext_op (arguments)",
            "multicall.c: do_multicall",
            "pv/hypercall.c: pv_hypercall"
        },
        simplified = "preempted only where a parked table forces it, unless the machine says so")
final class Programs {
    /** Instead of an operation: there is none to begin. */
    static final int NONE = -1;

    private final Machine machine;
    private final Alphabet operations;
    private final CpuState cpus;
    private final Results results;
    private final ForeignDomains domains;
    private final Events events;
    private final boolean[] runs;
    private final GuestProgram[] programs;

    Programs(
            Layout layout,
            Alphabet operations,
            CpuState cpus,
            Results results,
            ForeignDomains domains,
            Events events) {
        this.machine = layout.machine();
        this.operations = operations;
        this.cpus = cpus;
        this.results = results;
        this.domains = domains;
        this.events = events;
        runs = new boolean[machine.cpus];
        programs = new GuestProgram[machine.cpus];
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            runs[cpu] = machine.runsProgram(cpu);
            programs[cpu] = new GuestProgram(machine.program(cpu), layout.geometry().keys());
        }
        operations.setPrograms(programs);
    }

    /** Whether a CPU does a program, be it an empty one, and nothing else. */
    boolean runs(int cpu) {
        return runs[cpu];
    }

    /** Replaces the programs of all CPUs; those that are not given are empty. */
    void load(List<GuestProgram> replacements) {
        for (int cpu = 0; cpu < programs.length; cpu++) {
            programs[cpu] = replacements.get(cpu);
        }
        operations.setPrograms(programs);
    }

    /** Whether the program tells what the CPU does next, and not the call in progress. */
    boolean decides(long[] s, int cpu) {
        Stage stage = cpus.stage(s, cpu);
        return stage == Stage.IDLE || stage == Stage.GUEST || stage == Stage.BATCH;
    }

    /** Whether a CPU has done all that it will ever do. */
    boolean isDone(long[] s, int cpu) {
        return hasReached(s, cpu, programs[cpu].calls());
    }

    /** Whether a CPU is back in its guest and will go on with this call, or is past it. */
    boolean hasReached(long[] s, int cpu, int call) {
        return Domain.crashed(s, cpus.domainWord(s, cpu))
                || (results.call(s, cpu) >= call
                        && !results.isLeaving(s, cpu)
                        && isBetweenCalls(s, cpu));
    }

    private boolean isBetweenCalls(long[] s, int cpu) {
        Stage stage = cpus.stage(s, cpu);
        return stage == Stage.IDLE || stage == Stage.GUEST;
    }

    private Row row(long[] s, int cpu) {
        return programs[cpu].row(results.call(s, cpu));
    }

    /** Whether a CPU at {@link Stage#IDLE} or {@link Stage#GUEST} enters or leaves Xen now. */
    boolean switchesMode(long[] s, int cpu) {
        if (results.isLeaving(s, cpu)) {
            return true;
        }
        return cpus.stage(s, cpu) == Stage.GUEST && !isInstruction(s, cpu);
    }

    private boolean isInstruction(long[] s, int cpu) {
        int op = peek(s, cpu);
        return op != NONE && operations.get(op) instanceof Operation.Instruction;
    }

    /** The operation that {@link #next} would give, or NONE if it gives none or fails before. */
    int peek(long[] s, int cpu) {
        Row row = row(s, cpu);
        int request = results.request(s, cpu);
        return request < row.operations() ? operations.program(cpu) + row.first() + request : NONE;
    }

    /**
     * Goes on with the program up to its next operation.
     *
     * @return the number of the operation to begin, or NONE if the step ends here
     */
    int next(long[] s, int cpu) {
        Row row = row(s, cpu);
        if (cpus.stage(s, cpu) == Stage.BATCH) {
            return nextRequest(s, cpu, row);
        }
        return switch (row.kind()) {
            case SINGLE -> peek(s, cpu);
            case UNKNOWN -> refuse(s, cpu, ENOSYS);
            case MULTICALL -> beginMulticall(s, cpu, row);
            case MMU_UPDATE, MMUEXT_OP -> beginBatch(s, cpu, row);
        };
    }

    // mmu_update and mmuext_op.

    private int beginBatch(long[] s, int cpu, Row row) {
        Arguments arguments = row.arguments();
        if (isContinuationOfNothing(row)) {
            return refuse(s, cpu, row.foreigndom());
        }
        if (arguments.array() == Call.Array.BAD_HANDLE) {
            return refuse(s, cpu, EFAULT);
        }
        return row.kind() == Kind.MMU_UPDATE
                ? beginMmuUpdate(s, cpu, row)
                : beginMmuextOp(s, cpu, row);
    }

    /** The count and pointer by which a continuation says that only a result is left to return. */
    private static boolean isContinuationOfNothing(Row row) {
        return row.arguments().continued() >= 0
                && row.operations() == 0
                && row.arguments().array() == Call.Array.NULL;
    }

    private int beginMmuUpdate(long[] s, int cpu, Row row) {
        int ptOwner = domains.ptOwner(s, cpu, row.foreigndom() >>> 16);
        if (ptOwner < 0) {
            if (ptOwner == EINVAL) {
                storeDone(s, cpu, row);
            }
            return refuse(s, cpu, ptOwner);
        }
        int pgOwner = domains.pgOwner(s, cpu, row.foreigndom() & 0xFFFF);
        if (pgOwner < 0) {
            storeDone(s, cpu, row);
            return refuse(s, cpu, pgOwner);
        }
        cpus.setOwners(s, cpu, pgOwner, ptOwner);
        return nextRequest(s, cpu, row);
    }

    private int beginMmuextOp(long[] s, int cpu, Row row) {
        int pgOwner = domains.pgOwner(s, cpu, row.foreigndom() & 0xFFFF);
        int rc = pgOwner < 0 ? pgOwner : domains.allowsMmuext(s, cpu, pgOwner);
        return rc == OK ? nextRequest(s, cpu, row) : refuse(s, cpu, rc);
    }

    /** The next request of a batch, if it can be read. */
    private int nextRequest(long[] s, int cpu, Row row) {
        int request = results.request(s, cpu);
        if (row.kind() == Kind.MMUEXT_OP) { // each operation forgets it when it ends
            int pgOwner = domains.pgOwner(s, cpu, row.foreigndom() & 0xFFFF);
            cpus.setOwners(s, cpu, pgOwner, cpus.domain(s, cpu));
        }
        boolean any = row.hasRequest(request);
        boolean readable = request < row.operations() && row.arguments().array() != Call.Array.NULL;
        if (readable) {
            return operations.program(cpu) + row.first() + request;
        }
        boolean faults = any || request < row.operations();
        cpus.setRc(s, cpu, faults ? EFAULT : OK);
        boolean update = row.kind() == Kind.MMU_UPDATE;
        cpus.setStage(s, cpu, update ? Stage.INVOCATION_END : Stage.RETURN);
        return NONE;
    }

    /** A request of mmu_update is done. */
    void requestDone(long[] s, int cpu, int rc) {
        if (rc == OK) {
            advanceRequest(s, cpu);
        }
    }

    private void advanceRequest(long[] s, int cpu) {
        results.setPosition(s, cpu, results.call(s, cpu), results.request(s, cpu) + 1, false);
    }

    /** Whether the batch in progress goes on after the requests that are done. */
    boolean hasRequest(long[] s, int cpu) {
        return row(s, cpu).hasRequest(results.request(s, cpu));
    }

    /** Whether the batch in progress is one of mmu_update, not of mmuext_op. */
    boolean isMmuUpdate(long[] s, int cpu) {
        return row(s, cpu).kind() == Kind.MMU_UPDATE;
    }

    /**
     * Whether the next request, or the next entry of a multicall, is one before which the call may
     * be preempted: not the first.
     */
    boolean mayBePreempted(long[] s, int cpu) {
        if (cpus.stage(s, cpu) == Stage.BATCH) {
            return hasRequest(s, cpu);
        }
        int call = results.call(s, cpu);
        Row row = row(s, cpu);
        return cpus.stage(s, cpu) == Stage.IDLE
                && !isDone(s, cpu)
                && !results.isLeaving(s, cpu)
                && row.parent() >= 0
                && call > row.parent() + 1
                && leavingMatters(s, cpu);
    }

    /** Leaves Xen between two entries of a multicall, and comes back for the next. */
    void leavesMulticall(long[] s, int cpu) {
        results.setPosition(s, cpu, results.call(s, cpu), 0, true);
    }

    private void storeDone(long[] s, int cpu, Row row) {
        if (row.arguments().done() == Call.Done.WRITABLE) {
            long before = Math.max(0, row.arguments().continued());
            results.setDone(s, cpu, before + results.request(s, cpu));
        }
    }

    // multicall.

    private int beginMulticall(long[] s, int cpu, Row row) {
        int call = results.call(s, cpu);
        if (row.parent() >= 0) {
            return refuse(s, cpu, EINVAL);
        }
        boolean empty = row.end() == call + 1;
        switch (row.arguments().array()) {
            case BAD_HANDLE -> refuse(s, cpu, EFAULT);
            case NULL -> refuse(s, cpu, empty ? OK : EFAULT);
            case ENDS_EARLY -> enter(s, cpu, call, empty, EFAULT);
            case READABLE -> enter(s, cpu, call, empty, OK);
        }
        return NONE;
    }

    private void enter(long[] s, int cpu, int call, boolean empty, int end) {
        if (empty) {
            refuse(s, cpu, end);
        } else {
            results.setPosition(s, cpu, call + 1, 0, false);
        }
    }

    // Ends.

    /** Ends a call before it has begun. */
    private int refuse(long[] s, int cpu, int rc) {
        complete(s, cpu, rc);
        return NONE;
    }

    /** An instruction is over that did not enter Xen. */
    void instructionDone(long[] s, int cpu) {
        complete(s, cpu, OK);
    }

    /** A sub-call has returned: the hypercall is over, or a batch goes on. */
    void returned(long[] s, int cpu, int rc) {
        Row row = row(s, cpu);
        if (row.kind() == Kind.MMUEXT_OP
                && rc == OK
                && results.request(s, cpu) < row.operations()) {
            advanceRequest(s, cpu);
            if (hasRequest(s, cpu)) {
                cpus.setStage(s, cpu, Stage.BATCH);
                return;
            }
        }
        storeDone(s, cpu, row);
        complete(s, cpu, rc);
    }

    private void complete(long[] s, int cpu, int rc) {
        int call = results.call(s, cpu);
        Row row = programs[cpu].row(call);
        boolean visible = row.parent() < 0 || isWritable(cpu, row.parent());
        if (visible) {
            results.complete(s, cpu, call, rc);
        }
        events.observer.callDone(s, cpu, call);
        int next = row.end();
        boolean inMulticall = row.parent() >= 0;
        if (inMulticall) {
            Row parent = programs[cpu].row(row.parent());
            if (!visible || next == parent.end()) {
                boolean faults = !visible || parent.arguments().array() == Call.Array.ENDS_EARLY;
                results.complete(s, cpu, row.parent(), faults ? EFAULT : OK);
                events.observer.callDone(s, cpu, row.parent());
                next = parent.end();
                inMulticall = false;
            }
        }
        boolean leaves = cpus.stage(s, cpu) == Stage.IDLE && leavingMatters(s, cpu);
        results.setPosition(s, cpu, next, 0, !inMulticall && leaves);
    }

    private boolean isWritable(int cpu, int multicall) {
        return programs[cpu].row(multicall).arguments().done() == Call.Done.WRITABLE;
    }

    private boolean leavingMatters(long[] s, int cpu) {
        return machine.entryMatters() || cpus.exitFlags(s, cpu) != 0;
    }
}
