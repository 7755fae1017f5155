package shootdown.hypervisor;

import shootdown.hypervisor.Operation.MmuUpdateRequest;

/** Takes a CPU that has begun a call from {@link Stage} to stage until it is back in its guest. */
final class Stages {
    private final Machine machine;
    private final Alphabet operations;
    private final CurrentCall current;
    private final CpuState cpus;
    private final UndoLog log;
    private final GuestEntry entry;
    private final PageTypes types;
    private final MmuUpdate mmuUpdate;
    private final UpdateVaMapping updateVaMapping;
    private final Grants grants;
    private final AccessInstruction accesses;
    private final LoadSegment loadSegment;
    private final Ptwr ptwr;
    private final UserMode userMode;
    private final FaultWalk faultWalk;
    private final Programs programs;
    private final Preemption preemption;
    private final Scheduler scheduler;
    private final Toolstack toolstack;
    private final Calls calls;
    private final Crossing crossing;

    Stages(Wiring xen, Calls calls, Crossing crossing) {
        machine = xen.machine;
        operations = xen.operations;
        current = xen.current;
        cpus = xen.cpus;
        log = xen.log;
        entry = xen.entry;
        types = xen.types;
        mmuUpdate = xen.mmuUpdate;
        updateVaMapping = xen.updateVaMapping;
        grants = xen.grants;
        accesses = xen.accesses;
        loadSegment = xen.loadSegment;
        ptwr = xen.ptwr;
        userMode = xen.userMode;
        faultWalk = xen.faultWalk;
        programs = xen.programs;
        preemption = xen.preemption;
        scheduler = xen.scheduler;
        toolstack = xen.toolstack;
        this.calls = calls;
        this.crossing = crossing;
    }

    /** Takes the one step that the stage of a CPU asks for. */
    void goOn(long[] s, int cpu) {
        switch (cpus.stage(s, cpu)) {
            case TYPE_VALIDATE, TYPE_WAIT -> calls.resume(s, cpu, types.run(s, cpu));
            case TYPE_PUBLISH -> calls.resume(s, cpu, types.publishAfterFlush(s, cpu));
            case USER ->
                    accesses.inUserMode(s, cpu, current.access(s, cpu), current.address(s, cpu));
            case FAULT_READ -> readForFault(s, cpu);
            case FAULT_WALK ->
                    faultWalk.readEntry(s, cpu, (Operation.FaultingWrite) current.call(s, cpu));
            case PTWR_LOCK -> ptwr.lock(s, cpu, current.access(s, cpu));
            case PTWR_MODIFY -> ptwr.modify(s, cpu, current.access(s, cpu));
            case UVM_LOCK -> updateVaMapping.lock(s, cpu);
            case STORED -> stored(s, cpu);
            case GRANT_FIND -> grants.find(s, cpu, (Operation.MapGrant) current.call(s, cpu));
            case GRANT_ENTRY -> grants.change(s, cpu, (Operation.Grant) current.call(s, cpu));
            case GRANT_UNMAPPED -> grants.putUnmapped(s, cpu);
            case UVM_MODIFY ->
                    updateVaMapping.modify(s, cpu, current.uvm(s, cpu), current.address(s, cpu));
            case SWITCH_TABLES ->
                    scheduler.loadTables(s, cpu, (Operation.Schedule) current.call(s, cpu));
            case SWITCH_DONE -> scheduler.leaveMask(s, cpu);
            case PAUSE_WAIT ->
                    scheduler.finishPause(s, cpu, Scheduler.paused(current.control(s, cpu)));
            case CONTINUATION_LEAVE -> leaveToContinue(s, cpu);
            case CONTINUATION_GUEST -> enterToContinue(s, cpu);
            case DROP -> {
                types.dropParked(s, cpu);
                continueCall(s, cpu);
            }
            case IDLE, GUEST, BATCH -> {
                if (preemption.mustDropFirst(s, cpu)) {
                    types.dropParked(s, cpu);
                } else {
                    runProgram(s, cpu);
                }
            }
            case FLUSHING,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTEXT_SWITCH,
                    PAUSED,
                    ALLOCATED,
                    GUEST_FLUSHED,
                    RETURN ->
                    throw new IllegalStateException("CPU " + cpu + " does not wait to go on");
        }
    }

    private void readForFault(long[] s, int cpu) {
        if (current.call(s, cpu) instanceof Operation.LoadSelector l) {
            loadSegment.findLdtPage(s, cpu, l.selector());
        } else if (current.call(s, cpu) instanceof Operation.LdtFault l) {
            userMode.lookUpLdtPage(s, cpu, l, current.window(s, cpu));
        } else {
            ptwr.read(s, cpu, current.access(s, cpu), current.window(s, cpu));
        }
    }

    private void stored(long[] s, int cpu) {
        if (current.call(s, cpu) instanceof MmuUpdateRequest request) {
            mmuUpdate.stored(s, cpu, request);
        } else {
            updateVaMapping.stored(s, cpu, current.uvm(s, cpu), current.address(s, cpu));
        }
    }

    private void leaveToContinue(long[] s, int cpu) {
        entry.leave(s, cpu);
        if (machine.preemption) {
            log.clear(s, cpu); // its flush block is done: what follows is another call
        }
        cpus.setStage(s, cpu, Stage.CONTINUATION_GUEST);
    }

    private void enterToContinue(long[] s, int cpu) {
        entry.enter(s, cpu);
        if (cpus.parked(s, cpu) >= 0) {
            cpus.setStage(s, cpu, Stage.DROP);
        } else {
            continueCall(s, cpu);
        }
    }

    /** The continuation goes on with what is left of the call. */
    private void continueCall(long[] s, int cpu) {
        boolean more = preemption.isDue(s, cpu);
        if (more) {
            cpus.setRc(s, cpu, Errno.OK);
        } else {
            more =
                    cpus.rc(s, cpu) == Errno.OK
                            && current.call(s, cpu) instanceof MmuUpdateRequest
                            && mmuUpdate.hasMore(s, cpu);
        }
        cpus.setStage(s, cpu, more ? Stage.BATCH : Stage.RETURN);
    }

    private void runProgram(long[] s, int cpu) {
        if (!programs.runs(cpu)) {
            throw new IllegalStateException("CPU " + cpu + " has no program");
        }
        Stage before = cpus.stage(s, cpu);
        int op = programs.next(s, cpu);
        if (op == Programs.NONE) {
            return;
        }
        calls.begin(s, cpu, op);
        if (cpus.stage(s, cpu) == before && operations.get(op) instanceof Operation.Instruction) {
            cpus.endCall(s, cpu);
            cpus.setStage(s, cpu, before);
            programs.instructionDone(s, cpu);
        }
    }

    /** Goes through the stages that need no step of their own. */
    void advance(long[] s, int cpu) {
        while (true) {
            switch (cpus.stage(s, cpu)) {
                case INVOCATION_END -> mmuUpdate.endInvocation(s, cpu);
                case INVOCATION_DONE -> {
                    mmuUpdate.invocationDone(s, cpu);
                    cpus.setStage(s, cpu, afterFlushBlock(s, cpu));
                }
                case CONTEXT_SWITCH ->
                        scheduler.switchContext(s, cpu, (Operation.Schedule) current.call(s, cpu));
                case PAUSED -> toolstack.paused(s, cpu, current.control(s, cpu));
                case ALLOCATED -> toolstack.give(s, cpu, current.control(s, cpu));
                case GUEST_FLUSHED, RETURN -> {
                    crossing.returns(s, cpu);
                    return;
                }
                case IDLE,
                        GUEST,
                        BATCH,
                        TYPE_VALIDATE,
                        TYPE_WAIT,
                        TYPE_PUBLISH,
                        FLUSHING,
                        UVM_LOCK,
                        UVM_MODIFY,
                        STORED,
                        GRANT_ENTRY,
                        GRANT_FIND,
                        GRANT_UNMAPPED,
                        USER,
                        FAULT_READ,
                        FAULT_WALK,
                        PTWR_LOCK,
                        PTWR_MODIFY,
                        CONTINUATION_LEAVE,
                        CONTINUATION_GUEST,
                        SWITCH_TABLES,
                        SWITCH_DONE,
                        PAUSE_WAIT,
                        DROP -> {
                    return;
                }
            }
        }
    }

    private Stage afterFlushBlock(long[] s, int cpu) {
        if (preemption.isDue(s, cpu)) {
            return Stage.CONTINUATION_LEAVE;
        }
        if (cpus.parked(s, cpu) < 0) {
            return Stage.RETURN;
        }
        boolean leavingMatters =
                machine.entryMatters() || machine.preemption || cpus.exitFlags(s, cpu) != 0;
        return machine.forcedContinuation && leavingMatters ? Stage.CONTINUATION_LEAVE : Stage.DROP;
    }
}
