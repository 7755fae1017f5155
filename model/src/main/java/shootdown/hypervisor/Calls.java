package shootdown.hypervisor;

import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/** Hands each operation of a guest to the class that does it. */
final class Calls {
    private final Alphabet operations;
    private final CurrentCall current;
    private final CpuState cpus;
    private final EntryStore entries;
    private final MmuUpdate mmuUpdate;
    private final UpdateVaMapping updateVaMapping;
    private final MmuExt mmuExt;
    private final DescriptorTables descriptors;
    private final Grants grants;
    private final Reservations reservations;
    private final Toolstack toolstack;
    private final PageTypes types;
    private final GuestAccess guestAccess;
    private final AccessInstruction accesses;
    private final LoadSegment loadSegment;
    private final PrivilegedInstructions privileged;
    private final FaultWalk faultWalk;
    private final Ptwr ptwr;
    private final UserMode userMode;

    Calls(Wiring xen) {
        operations = xen.operations;
        current = xen.current;
        cpus = xen.cpus;
        entries = xen.entries;
        mmuUpdate = xen.mmuUpdate;
        updateVaMapping = xen.updateVaMapping;
        mmuExt = xen.mmuExt;
        descriptors = xen.descriptors;
        grants = xen.grants;
        reservations = xen.reservations;
        toolstack = xen.toolstack;
        types = xen.types;
        guestAccess = xen.guestAccess;
        accesses = xen.accesses;
        loadSegment = xen.loadSegment;
        privileged = xen.privileged;
        faultWalk = xen.faultWalk;
        ptwr = xen.ptwr;
        userMode = xen.userMode;
    }

    /** Begins the operation with this number. */
    void begin(long[] s, int cpu, int op) {
        Operation operation = operations.get(op);
        if (operation instanceof GuestWrite write) {
            guestAccess.write(s, cpu, write, operations.address(op));
            return;
        }
        if (operation instanceof GuestRead) {
            guestAccess.read(s, cpu, operations.address(op));
            return;
        }
        entries.locked(s, cpu);
        if (operation instanceof Operation.Instruction instruction) {
            beginInstruction(s, cpu, op, instruction);
            return;
        }
        cpus.setOperation(s, cpu, op);
        if (cpus.parked(s, cpu) >= 0 && dropsParked(operation)) {
            types.dropParked(s, cpu);
        }
        int caller = cpus.domain(s, cpu);
        int about = operations.about(op, caller);
        if (about != caller) {
            cpus.setOwners(s, cpu, about, about);
        }
        beginHypercall(s, cpu, op, operation);
    }

    private void beginHypercall(long[] s, int cpu, int op, Operation operation) {
        switch (operation) {
            case MmuUpdateRequest r -> mmuUpdate.begin(s, cpu, r);
            case UpdateVaMappingCall u -> updateVaMapping.begin(s, cpu, u, operations.window(op));
            case Pin p -> mmuExt.pin(s, cpu, p);
            case Unpin u -> mmuExt.unpin(s, cpu, u);
            case NewBaseptr b -> mmuExt.newBaseptr(s, cpu, b);
            case NewUserBaseptr b -> mmuExt.newUserBaseptr(s, cpu, b);
            case TlbFlush t -> mmuExt.tlbFlush(s, cpu, t);
            case Invlpg i -> mmuExt.invlpg(s, cpu, i, operations.address(op));
            case GuestRead r -> throw new AssertionError(r);
            case GuestWrite w -> throw new AssertionError(w);
            case LinearL1Read r -> throw new IllegalArgumentException("not an operation: " + r);
            case Operation.FlushCache f -> mmuExt.flushCache(s, cpu, f);
            case Operation.ClearPage c -> mmuExt.clearPage(s, cpu, c);
            case Operation.CopyPage c -> mmuExt.copyPage(s, cpu, c);
            case Operation.MarkSuper m -> cpus.returns(s, cpu, Errno.EOPNOTSUPP);
            case Operation.UnknownMmuext u -> cpus.returns(s, cpu, Errno.ENOSYS);
            case Operation.SetLdt l -> descriptors.setLdt(s, cpu, l);
            case Operation.GrantAccess g -> grants.access(s, cpu, g);
            case Operation.MapGrant m -> grants.map(s, cpu, m);
            case Operation.UnmapGrant u -> grants.unmap(s, cpu, u.target(), u.handle());
            case Operation.UnmapAndReplace u -> grants.unmap(s, cpu, u.target(), u.handle());
            case Operation.SetGdt g -> descriptors.setGdt(s, cpu, g);
            case Operation.UpdateDescriptor d -> descriptors.updateDescriptor(s, cpu, d);
            case Operation.DecreaseReservation d -> reservations.decrease(s, cpu, d);
            case Operation.Exchange e -> reservations.exchange(s, cpu, e);
            case Operation.VmAssist a ->
                    cpus.returns(s, cpu, Domain.vmAssist(s, cpus.domainWord(s, cpu), a));
            case Operation.Iret i -> userMode.iret(s, cpu);
            case Operation.Control c -> toolstack.begin(s, cpu, c);
            case Operation.Instruction i -> throw new AssertionError(i);
        }
    }

    /** What a MOV to CR3 that failed has left is dropped first by the calls that drop such. */
    static boolean dropsParked(Operation operation) {
        return operation instanceof MmuUpdateRequest
                || operation instanceof Operation.Mmuext
                || operation instanceof Operation.MovToCr3;
    }

    /** An instruction that does not enter Xen is over with this step. */
    private void beginInstruction(long[] s, int cpu, int op, Operation.Instruction instruction) {
        Stage before = cpus.stage(s, cpu);
        cpus.setOperation(s, cpu, op);
        switch (instruction) {
            case Operation.Access a -> accesses.begin(s, cpu, a, operations.address(op));
            case Operation.LoadSelector l -> loadSegment.begin(s, cpu, l);
            case Operation.MovToCr3 m -> {
                if (cpus.parked(s, cpu) >= 0) {
                    types.dropParked(s, cpu);
                }
                privileged.movToCr3(s, cpu, m);
            }
            case Operation.FaultingWrite f -> faultWalk.begin(s, cpu, operations.address(op));
            case Operation.InvlpgInstruction i -> privileged.invlpg(s, cpu);
            case Operation.Syscall c -> userMode.syscall(s, cpu);
            case Operation.LdtFault l -> userMode.ldtFault(s, cpu);
        }
        if (cpus.stage(s, cpu) == before) {
            cpus.endCall(s, cpu);
            cpus.setStage(s, cpu, before);
        }
    }

    /** The call goes on with the type that it has waited for, or with the error. */
    void resume(long[] s, int cpu, int result) {
        if (result == Errno.SUSPENDED) {
            return;
        }
        switch (current.call(s, cpu)) {
            case MmuUpdateRequest r -> mmuUpdate.resume(s, cpu, r, result);
            case UpdateVaMappingCall u ->
                    updateVaMapping.resume(s, cpu, u, current.address(s, cpu), result);
            case Pin p -> mmuExt.pinned(s, cpu, p, result);
            case NewBaseptr b -> mmuExt.newBaseptrTyped(s, cpu, b, result);
            case NewUserBaseptr b -> mmuExt.newUserBaseptrTyped(s, cpu, b, result);
            case Operation.ClearPage c -> mmuExt.cleared(s, cpu, c, result);
            case Operation.CopyPage c -> mmuExt.copied(s, cpu, c, result);
            case Operation.MapGrant m -> grants.mapTyped(s, cpu, m, result);
            case Operation.SetGdt g -> descriptors.resume(s, cpu, g, result);
            case Operation.UpdateDescriptor d -> descriptors.resume(s, cpu, d, result);
            case Operation.LoadSelector l -> loadSegment.resume(s, cpu, l.selector(), result);
            case Operation.MovToCr3 m -> privileged.resume(s, cpu, m, result);
            case Operation.Access a -> ptwr.resume(s, cpu, a, result);
            default -> throw new AssertionError(current.call(s, cpu)); // takes no type
        }
    }
}
