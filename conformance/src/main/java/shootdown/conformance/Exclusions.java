package shootdown.conformance;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.AccessKind;

import java.util.List;

/**
 * What programs do not do, because it would end the agent or disturb the machine below Xen; listed
 * in {@code docs/fidelity.md}.
 */
final class Exclusions {
    /** Of a program that is followed through all of them. */
    private static final int MOST_BEHAVIOURS = 200;

    private Exclusions() {}

    /** Whether a step may be tried at all. */
    static boolean allow(Step step) {
        return allow(step.call());
    }

    private static boolean allow(Call call) {
        return switch (call) {
            case Call.Alone a -> allow(a.operation());
            case Call.MmuUpdate u -> u.requests().stream().allMatch(Exclusions::allow);
            case Call.MmuextOp m ->
                    m.operations().stream()
                            .allMatch(
                                    o -> allow(o) && !(writesPage(o) && isDevice(m.foreigndom())));
            case Call.Multicall m -> m.calls().stream().allMatch(Exclusions::allow);
            case Call.Unknown u -> true;
        };
    }

    /** Clearing a page of devices would go through. */
    private static boolean writesPage(Operation operation) {
        return operation instanceof Operation.ClearPage || operation instanceof Operation.CopyPage;
    }

    private static boolean isDevice(int foreigndom) {
        int domid = foreigndom & 0xFFFF;
        return domid == DomId.IO || domid == DomId.XEN;
    }

    private static boolean allow(Operation operation) {
        return switch (operation) {
            case Operation.MmuUpdateRequest r ->
                    !(Arena.isBoot(r.table()) && r.slot() > 2)
                            && !(Arena.isBoot(r.table()) && r.command() == 1);
            case Operation.Unpin u -> !Arena.isBoot(u.mfn());
            case Operation.CopyPage c -> c.from() < Arena.POOL_FRAMES;
            case Operation.Access a -> a.va().i4() != Arena.M2P_SLOT;
            default -> true;
        };
    }

    /** Whether a step that was tried may stay. */
    static boolean allow(Step step, Reference now, After after) {
        return now.agentLives()
                && after.answers().end() != Expected.End.CRASHED
                && allowAccess(step.call(), now.accessed())
                && !(isExecution(step.call()) && after.isOpen())
                && !(isMovToCr3(step.call()) && now.hasPartialTable())
                && !(now.freeFrames() > 1 && exchanges(step.call()));
    }

    /**
     * How many steps of a program are allowed, whichever of the behaviours that the model allows is
     * the real one; hardly any if those are too many to look at.
     */
    static int safeSteps(Reference reference, List<Cell> memory, List<Step> program) {
        int safe = program.size();
        int runs = 0;
        for (Choices choices = Choices.first(); choices != null; choices = choices.next()) {
            reference.begin(memory);
            int step = 0;
            while (step < safe && allow(program.get(step), reference, choices)) {
                step++;
            }
            safe = ++runs > MOST_BEHAVIOURS ? Math.min(safe, 1) : step;
        }
        return safe;
    }

    private static boolean allow(Step step, Reference reference, Choices choices) {
        return allow(step) && allow(step, reference, reference.run(step, choices));
    }

    /** What an exchange brings would be the frame that was freed last. */
    private static boolean exchanges(Call call) {
        return Call.operations(List.of(call)).stream()
                .anyMatch(Operation.Exchange.class::isInstance);
    }

    /** One that fails leaves a table half validated until the next hypercall. */
    private static boolean isMovToCr3(Call call) {
        return call instanceof Call.Alone alone && alone.operation() instanceof Operation.MovToCr3;
    }

    /** What is executed must be known, so it is not left to stale translations. */
    static boolean isExecution(Call call) {
        return call instanceof Call.Alone alone
                && alone.operation() instanceof Operation.Access access
                && access.kind() == AccessKind.EXECUTE;
    }

    /**
     * The guest's own accesses reach ordinary frames: devices and shared_info are not plain memory,
     * and what is executed must be known.
     *
     * @param frame where the access went, -1 for nowhere
     */
    private static boolean allowAccess(Call call, int frame) {
        boolean access =
                call instanceof Call.Alone alone && alone.operation() instanceof Operation.Access;
        return !access || frame < 0 || Arena.isPlain(frame);
    }
}
