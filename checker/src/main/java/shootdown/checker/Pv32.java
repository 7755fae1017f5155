package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U7: a 32-bit PAE guest. Its L3 hangs in slot 0 of a monitor L4 that is Xen's, and whose slot 258
 * is the linear map (facts T2).
 *
 * <pre>
 *   monitor [0] -> L3a | L3b      L3a [0] -> L2a | L2b | none      L2a -> L1a      L2b -> L1b
 * </pre>
 */
final class Pv32 {
    private static final int L3A = 0;
    private static final int L3B = 1;
    private static final int L2A = 2;
    private static final int L2B = 3;
    private static final int L1A = 4;
    private static final int L1B = 5;
    private static final int PAGE = 6;
    private static final VirtualAddress V = va(0, 0, 0, 0);

    private Pv32() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u7-pv32", machine()), universe("u7-pv32-smep", machine().smep(true)));
    }

    private static Machine.Builder machine() {
        Scope here = new Scope.Local();
        return Machine.builder()
                .frames(7)
                .slots(0, LinearMap.SLOT)
                .pv32(true)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, here),
                        new UpdateVaMappingCall(V, NONE, Flush.NONE, here),
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L3A, 0, NONE),
                        edit(L2A, 0, table(L1A)),
                        edit(L2A, 0, NONE),
                        new NewBaseptr(L3A),
                        new NewBaseptr(L3B),
                        new Invlpg(V, here));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "a 32-bit guest edits its L3, which hangs below the monitor table",
                "XSA-286 for PAE guests; SMEP, whose toggling flushes on each entry",
                "other CPUs; the four entries of a PAE L3 beyond the first; retyping",
                machine.build(),
                List.of("L3a", "L3b", "L2a", "L2b", "L1a", "L1b", "page"),
                Pv32::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(1, L1A)
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(3, L3A)
                .pin(3, L3B)
                .load(0, L3A);
    }
}
