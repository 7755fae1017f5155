package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

import java.util.List;
import java.util.stream.Stream;

/**
 * U15: entries of an L4 that name other L4s, which may not be chained, and validations that are
 * preempted in the middle.
 *
 * <pre>
 *   L4 [0] -> L3        L4b [1] -> L4c | none       L4c [0] -> L4b | none      L4c [1] -> L3
 * </pre>
 */
final class LinearChains {
    private static final int L4 = 0;
    private static final int L4B = 1;
    private static final int L4C = 2;
    private static final int L3 = 3;
    private static final int L2 = 4;
    private static final int L1 = 5;
    private static final int PAGE = 6;

    private LinearChains() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u15-linear-chains", machine()),
                universe("u15-linear-chains-preempt", machine().preemptsValidation(true)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .frames(7)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        new Pin(4, L4C),
                        new Unpin(L4C),
                        new Pin(4, L4B),
                        new Unpin(L4B),
                        edit(L4C, 0, readOnly(L4B)),
                        edit(L4C, 0, NONE),
                        edit(L4B, 1, readOnly(L4C)),
                        edit(L4B, 1, NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "L4s that name each other, and are pinned and unpinned",
                "linear counts: one level of linear page tables and no more, also when a validation"
                        + " is preempted",
                "what is cached of such tables; other levels; other CPUs",
                machine.build(),
                List.of("L4", "L4b", "L4c", "L3", "L2", "L1", "page"),
                LinearChains::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L4C, 0, readOnly(L4B))
                .entry(L4C, 1, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(4, L4)
                .pin(4, L4B)
                .load(0, L4);
    }
}
