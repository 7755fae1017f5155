package shootdown.hypervisor;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/**
 * A guest that does at once what the ABI asks of it: after an edit it requests an INVLPG for each
 * address below the slot that it edited (claim 2).
 */
final class PoliteGuest {
    private final Machine machine;

    PoliteGuest(Machine machine) {
        this.machine = machine;
    }

    /** For each operation the operations that it obliges the guest to, bit i for operation i. */
    long[] owedAfter() {
        int n = machine.operations().size();
        if (machine.polite && n > Long.SIZE) {
            throw new IllegalArgumentException("a polite guest has 64 operations at most");
        }
        long[] owed = new long[n];
        for (int op = 0; op < n && machine.polite; op++) {
            for (int flush = 0; flush < n; flush++) {
                if (machine.operations().get(flush).operation() instanceof Invlpg invlpg
                        && concerns(machine.operations().get(op).operation(), invlpg.va())) {
                    owed[op] |= 1L << flush;
                }
            }
        }
        return owed;
    }

    private static boolean concerns(Operation edit, VirtualAddress va) {
        return switch (edit) {
            case MmuUpdateRequest r ->
                    r.slot() == va.i4()
                            || r.slot() == va.i3()
                            || r.slot() == va.i2()
                            || r.slot() == va.i1();
            case UpdateVaMappingCall u -> u.va().equals(va);
            case Operation.Pin o -> false;
            case Operation.Unpin o -> false;
            case Operation.NewBaseptr o -> false;
            case Operation.NewUserBaseptr o -> false;
            case Operation.TlbFlush o -> false;
            case Invlpg o -> false;
            case Operation.GuestRead o -> false;
            case Operation.GuestWrite o -> false;
            case Operation.LinearL1Read o -> false;
            case Operation.Mmuext o -> false;
            case Operation.Grant o -> false;
            case Operation.Segment o -> false;
            case Operation.Reservation o -> false;
            case Operation.VmAssist o -> false;
            case Operation.Iret o -> false;
            case Operation.Control o -> false;
            case Operation.Instruction o -> false;
        };
    }
}
