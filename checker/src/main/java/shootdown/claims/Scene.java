package shootdown.claims;

import shootdown.checker.Goal;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.hypervisor.Stage;

/**
 * Something that a state may show.
 *
 * @param says what, in a few words
 * @param goal whether a state shows it
 * @param stake whether a state is one that could: if none is, never seeing it says nothing
 */
record Scene(String says, Goal goal, Goal stake) {

    /** Claim 4. On one CPU only: beside others, a table may rightly be out of date. */
    static final Scene WRONG_TABLE =
            new Scene(
                    "update_va_mapping edits another L1 table than that of its address",
                    ((Goal) Scene::editsTheWrongTable).anywhere(),
                    ((Goal) Scene::editsATable).anywhere());

    /** Claim 50. */
    static final Scene PAIRED_TOGGLE =
            of("Xen reads on the kernel's L4 for a fault of user mode", Scene::readsForUserMode);

    /** Something for which nothing else must be there. */
    private static Scene of(String says, Goal goal) {
        return new Scene(says, goal.anywhere(), ((Goal) (xen, s) -> true).anywhere());
    }

    private static boolean readsForUserMode(Hypervisor xen, long[] s) {
        return xen.cpus().stage(s, 0) == Stage.FAULT_READ
                && xen.operation(xen.cpus().operation(s, 0)) instanceof LdtFault;
    }

    private static boolean editsATable(Hypervisor xen, long[] s) {
        return xen.cpus().stage(s, 0) == Stage.UVM_MODIFY;
    }

    private static boolean editsTheWrongTable(Hypervisor xen, long[] s) {
        return editsATable(xen, s)
                && xen.operation(xen.cpus().operation(s, 0)) instanceof UpdateVaMappingCall call
                && xen.cpus().callTable(s, 0) != l1Table(xen, s, call.va());
    }

    /** The L1 table to which a walk of memory leads, or -1. */
    private static int l1Table(Hypervisor xen, long[] s, VirtualAddress va) {
        Geometry geometry = xen.layout().geometry();
        int table = xen.cpus().kernelBase(s, 0);
        for (int depth = 0; depth < 3; depth++) {
            long entry = geometry.read(s, table, va.index(depth));
            if (!Pte.isPresent(entry)) {
                return -1;
            }
            table = Pte.mfn(entry);
        }
        return table;
    }
}
