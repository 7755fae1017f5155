package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Goal;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Stage;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Something that a state may show.
 *
 * @param says what, in a few words
 * @param goal whether a state shows it
 * @param stake whether a state is one that could: if none is, never seeing it says nothing
 */
record Scene(String says, Goal goal, Goal stake) {

    /** Claim 1: what the final check keeps from happening. */
    static final Scene NO_TABLE =
            new Scene(
                    "Xen edits an L1 entry in a page that is no L1 table",
                    ((Goal) (xen, s) -> editsWhatItFound(xen, s) && !isL1Table(xen, s)).anywhere(),
                    ((Goal) Scene::editsWhatItFound).anywhere());

    /** Claim 4. On one CPU only: beside others, a table may rightly be out of date. */
    static final Scene WRONG_TABLE =
            new Scene(
                    "update_va_mapping edits another L1 table than that of its address",
                    ((Goal) Scene::editsTheWrongTable).anywhere(),
                    ((Goal) Scene::editsATable).anywhere());

    /** Claim 50. */
    static final Scene PAIRED_TOGGLE =
            of("Xen reads on the kernel's L4 for a fault of user mode", Scene::readsForUserMode);

    /** Claim 20. */
    static final Scene FOREIGN_MASK_HAS_THIS_CPU =
            new Scene(
                    "a CPU edits a table of another domain, and is in that domain's dirty mask",
                    ((Goal) (xen, s) -> anyCpu(xen, cpu -> isInForeignMask(xen, s, cpu)))
                            .anywhere(),
                    ((Goal) (xen, s) -> anyCpu(xen, cpu -> editsForeign(xen, s, cpu))).anywhere());

    /** Claim 21. */
    static final Scene FOREIGN_L4_IS_IN_USE_HERE =
            new Scene(
                    "a CPU edits the L4 on which it runs, and it is another domain's",
                    ((Goal) (xen, s) -> anyCpu(xen, cpu -> editsBase(xen, s, cpu, cpu))).anywhere(),
                    ((Goal) (xen, s) -> anyCpu(xen, cpu -> editsBaseOfAnother(xen, s, cpu)))
                            .anywhere());

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

    /** In the page that a read through the linear map has named. */
    private static boolean editsWhatItFound(Hypervisor xen, long[] s) {
        return editsATable(xen, s) || xen.cpus().stage(s, 0) == Stage.PTWR_MODIFY;
    }

    private static boolean isL1Table(Hypervisor xen, long[] s) {
        return xen.pages().type(s, xen.cpus().callTable(s, 0)) == PageInfo.TYPE_L1;
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

    private static boolean anyCpu(Hypervisor xen, IntPredicate which) {
        return IntStream.range(0, xen.layout().machine().cpus()).anyMatch(which);
    }

    /** In an mmu_update of another domain's tables. */
    private static boolean editsForeign(Hypervisor xen, long[] s, int cpu) {
        return switch (xen.cpus().stage(s, cpu)) {
            case IDLE, GUEST, USER, CONTINUATION_GUEST -> false;
            default ->
                    xen.cpus().ptOwner(s, cpu) != xen.cpus().domain(s, cpu)
                            && request(xen, s, cpu) != null;
        };
    }

    private static boolean isInForeignMask(Hypervisor xen, long[] s, int cpu) {
        return editsForeign(xen, s, cpu)
                && (xen.dirtyMask(s, xen.cpus().ptOwner(s, cpu)) >>> cpu & 1) != 0;
    }

    /** Whether the foreign table that a CPU edits is the base of a CPU. */
    private static boolean editsBase(Hypervisor xen, long[] s, int cpu, int user) {
        MmuUpdateRequest request = editsForeign(xen, s, cpu) ? request(xen, s, cpu) : null;
        return request != null && request.table() == xen.cpus().kernelBase(s, user);
    }

    private static boolean editsBaseOfAnother(Hypervisor xen, long[] s, int cpu) {
        return anyCpu(xen, other -> other != cpu && editsBase(xen, s, cpu, other));
    }

    private static @Nullable MmuUpdateRequest request(Hypervisor xen, long[] s, int cpu) {
        int operation = xen.cpus().operation(s, cpu);
        return operation >= 0 && xen.operation(operation) instanceof MmuUpdateRequest request
                ? request
                : null;
    }
}
