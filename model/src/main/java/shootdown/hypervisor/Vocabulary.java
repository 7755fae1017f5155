package shootdown.hypervisor;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What may be asked of a machine, and so what its state must have room for: a machine keeps nothing
 * that none of its operations can use. Immutable.
 */
final class Vocabulary {
    private final List<Operation> operations;
    private final List<VirtualAddress> declared;
    private final boolean open;

    /**
     * @param operations all that are known
     * @param declared the addresses that are tracked whatever the operations are
     * @param open whether any other operation may come
     */
    Vocabulary(List<Operation> operations, List<VirtualAddress> declared, boolean open) {
        this.operations = List.copyOf(operations);
        this.declared = List.copyOf(declared);
        this.open = open;
    }

    List<Operation> operations() {
        return operations;
    }

    /** The addresses that are tracked whatever the operations are. */
    List<VirtualAddress> declared() {
        return declared;
    }

    /** The addresses whose translations are tracked, guest and linear. */
    List<VirtualAddress> trackedAddresses() {
        Set<VirtualAddress> tracked = new LinkedHashSet<>(declared);
        for (Operation operation : operations) {
            switch (operation) {
                case UpdateVaMappingCall u -> {
                    tracked.add(LinearMap.l2Window(u.va()));
                    if (u.flush() == Operation.Flush.INVLPG) {
                        tracked.add(u.va());
                    }
                }
                case LinearL1Read r -> tracked.add(LinearMap.l1Window(r.va()));
                case Invlpg i -> tracked.add(i.va());
                case GuestRead r -> tracked.add(r.va());
                case GuestWrite w -> tracked.add(w.va());
                case Operation.MmuUpdateRequest r -> {}
                case Operation.Pin p -> {}
                case Operation.Unpin u -> {}
                case Operation.NewBaseptr n -> {}
                case Operation.NewUserBaseptr n -> {}
                case Operation.TlbFlush t -> {}
                case Operation.Access a -> tracked.addAll(addressesOf(a));
                case Operation.SetLdt l -> tracked.addAll(LinearMap.l1WindowsOfLdt(l));
                case Operation.FaultingWrite f -> tracked.add(f.va());
                case Operation.LdtFault l -> tracked.add(LinearMap.l1Window(l.va()));
                case Operation.Iret i -> {}
                case Operation.Instruction i -> {}
                case Operation.Mmuext m -> {}
                case Operation.MapGrant g -> track(g.target(), tracked);
                case Operation.UnmapGrant g -> track(g.target(), tracked);
                case Operation.UnmapAndReplace g -> {
                    track(g.target(), tracked);
                    tracked.add(LinearMap.l2Window(g.replacement()));
                }
                case Operation.GrantAccess g -> {}
                case Operation.Segment g -> {}
                case Operation.Reservation r -> {}
                case Operation.VmAssist v -> {}
                case Operation.Control c -> {}
            }
        }
        return List.copyOf(tracked);
    }

    private static void track(Operation.GrantTarget target, Set<VirtualAddress> tracked) {
        if (target instanceof Operation.GrantTarget.Linear linear) {
            tracked.add(LinearMap.l2Window(linear.va()));
        }
    }

    /** Whether only Xen can use a page. */
    static boolean isXensAlone(VirtualAddress va) {
        return !XenSlots.isGuestL4Slot(va.i4()) && va.i4() != LinearMap.SLOT;
    }

    /** The page itself, unless only Xen can use it, and the page through which ptwr reads. */
    private static List<VirtualAddress> addressesOf(Operation.Access access) {
        if (isXensAlone(access.va())) {
            return List.of();
        }
        return mayBeMended(access)
                ? List.of(access.va(), LinearMap.l1Window(access.va()))
                : List.of(access.va());
    }

    /** Whether ptwr may look at a fault of this access. */
    private static boolean mayBeMended(Operation.Access access) {
        return access.kind() == Operation.AccessKind.WRITE
                && !access.user()
                && !isXensAlone(access.va());
    }

    /**
     * Whether Xen reads through a linear page only for a fault of the guest: then it has just
     * entered, and what was cached before may be gone.
     */
    boolean isReadByFaultsOnly(VirtualAddress window) {
        return !declared.contains(window)
                && operations.stream()
                        .noneMatch(
                                op ->
                                        op instanceof LinearL1Read r
                                                && LinearMap.l1Window(r.va()).equals(window))
                && operations.stream().anyMatch(op -> windowsOfFaults(op).contains(window));
    }

    /** The linear pages through which Xen reads if the guest faults at this operation. */
    private static List<VirtualAddress> windowsOfFaults(Operation operation) {
        return switch (operation) {
            case Operation.Access a when mayBeMended(a) -> List.of(LinearMap.l1Window(a.va()));
            case Operation.SetLdt l -> LinearMap.l1WindowsOfLdt(l);
            case Operation.LdtFault l -> List.of(LinearMap.l1Window(l.va()));
            default -> List.of();
        };
    }

    /** Entries of a grant table that the operations name. */
    int grantRefs() {
        int highest = -1;
        for (Operation operation : operations) {
            int ref =
                    switch (operation) {
                        case Operation.GrantAccess g -> g.ref();
                        case Operation.MapGrant g -> g.ref();
                        default -> -1;
                    };
            highest = Math.max(highest, ref);
        }
        return highest + 1;
    }

    /** Maps of grants that the operations name. */
    int grantHandles() {
        int highest = -1;
        for (Operation operation : operations) {
            int handle =
                    switch (operation) {
                        case Operation.UnmapGrant u -> u.handle();
                        case Operation.UnmapAndReplace u -> u.handle();
                        default -> -1;
                    };
            highest = Math.max(highest, handle);
        }
        return highest + 1;
    }

    /** Whether the guest accesses memory with exact faults. */
    boolean hasAccesses() {
        return has(operation -> operation instanceof Operation.Access);
    }

    /** Whether the guest has a user mode that runs. */
    boolean hasUserMode() {
        return has(
                operation ->
                        operation instanceof Operation.Iret
                                || (operation instanceof Operation.Access a && a.user()));
    }

    /** Whether the guest has to do with descriptor tables. */
    boolean hasSegments() {
        return has(
                operation ->
                        operation instanceof Operation.Segment
                                || operation instanceof Operation.SetLdt
                                || operation instanceof Operation.LoadSelector);
    }

    boolean hasGrants() {
        return has(operation -> operation instanceof Operation.Grant);
    }

    /** Whether an operation changes the machine-to-physical table. */
    boolean changesM2p() {
        return has(
                operation ->
                        operation instanceof Operation.Reservation
                                || (operation instanceof Operation.MmuUpdateRequest r
                                        && r.command() == Operation.MmuUpdateRequest.MACHPHYS));
    }

    /** Whether such an operation is among those of this machine, or may come. */
    private boolean has(Predicate<Operation> kind) {
        return open || names(kind);
    }

    /** Whether Xen walks tables by software for faults; programs that come later never ask it. */
    boolean walksOnFault() {
        return names(operation -> operation instanceof Operation.FaultingWrite);
    }

    /** Whether an operation has to do with who runs where. */
    boolean schedules() {
        return names(
                operation -> operation instanceof Operation.Control && !givesFrames(operation));
    }

    /** Whether an operation gives frames to other owners. */
    boolean allocates() {
        return names(Vocabulary::givesFrames);
    }

    private static boolean givesFrames(Operation operation) {
        return operation instanceof Operation.PopulatePhysmap
                || operation instanceof Operation.Transfer;
    }

    private boolean names(Predicate<Operation> kind) {
        return operations.stream().anyMatch(kind);
    }
}
