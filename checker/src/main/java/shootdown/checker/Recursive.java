package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.LinearL1Read;

import java.util.List;
import java.util.stream.Stream;

/**
 * U5: the guest's own linear page tables. Slot 1 of the loaded L4a names L4b, read-only; L4b is in
 * no CR3, yet its entries are on the path of addresses in slot 1 (facts T5, rule H46).
 *
 * <pre>
 *   L4a [0] -> L3a      L4a [1] -> L4b (read-only)      L4b [0] -> L3a | L3b | none
 *   L3a [0] -> L2a -> L1 -> page                        L3b [0] -> L2b -> L1
 * </pre>
 */
final class Recursive {
    private static final int L4A = 0;
    private static final int L4B = 1;
    private static final int L3A = 2;
    private static final int L3B = 3;
    private static final int L2A = 4;
    private static final int L2B = 5;
    private static final int L1 = 6;
    private static final int PAGE = 7;

    private Recursive() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u5-recursive", machine(1)), universe("u5-recursive-smp", machine(2)));
    }

    private static Machine.Builder machine(int cpus) {
        return Machine.builder()
                .cpus(cpus)
                .frames(8)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        new LinearL1Read(va(1, 0, 0, 0)),
                        edit(L4B, 0, table(L3A)),
                        edit(L4B, 0, table(L3B)),
                        edit(L4B, 0, NONE),
                        edit(L4A, 1, readOnly(L4B)),
                        edit(L4A, 1, NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "an L4 that hangs below the loaded one is edited",
                "linear reads that lead through an L4 which no CR3 names",
                "XPTI; what the emulation that reads the L1 entry does with it",
                machine.build(),
                List.of("L4a", "L4b", "L3a", "L3b", "L2a", "L2b", "L1", "page"),
                Recursive::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4A, 0, table(L3A))
                .entry(L4A, 1, readOnly(L4B))
                .entry(L4B, 0, table(L3A))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1))
                .entry(L2B, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(3, L3A)
                .pin(3, L3B)
                .pin(4, L4B)
                .pin(4, L4A)
                .loadEverywhere(L4A);
    }
}
