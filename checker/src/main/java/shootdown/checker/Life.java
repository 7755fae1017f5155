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
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U12: the life of tables. Base pointers change, tables are pinned and unpinned, lose their type,
 * become writable pages and tables again.
 *
 * <pre>
 *   L4a [0] -> L3a | L3x | none      L4b [0] -> L3a      L3a -> L2 -> L1 [0] -> page
 *   L3x: a table, or (L1 [1]) a page that the guest writes
 * </pre>
 */
final class Life {
    private static final int L4A = 0;
    private static final int L4B = 1;
    private static final int L3A = 2;
    private static final int L3X = 3;
    private static final int L2 = 4;
    private static final int L1 = 5;
    private static final int PAGE = 6;
    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final VirtualAddress X = va(0, 0, 0, 1);

    private Life() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u12-life", machine(1)),
                universe("u12-life-xpti", machine(1).xpti(true)),
                universe("u12-life-xpti-pcid", machine(1).xpti(true).pcid(true)),
                universe("u12-life-smp", machine(2)).onRequest(),
                universe("u12-life-xpti-smp", machine(2).xpti(true)).onRequest());
    }

    private static Machine.Builder machine(int cpus) {
        return Machine.builder()
                .cpus(cpus)
                .frames(7)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, new Scope.Local()),
                        edit(L4A, 0, table(L3A)),
                        edit(L4A, 0, table(L3X)),
                        edit(L4A, 0, NONE),
                        edit(L1, 1, page(L3X)),
                        edit(L1, 1, NONE),
                        new NewBaseptr(L4A),
                        new NewBaseptr(L4B),
                        new Pin(3, L3X),
                        new Unpin(L3X),
                        new Pin(4, L4B),
                        new Unpin(L4B),
                        new GuestWrite(X, 0, table(L2)),
                        new GuestWrite(X, 0, NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "base pointers, pins, and a table that becomes a page and a table again",
                "type changes and their filter; unpinned tables; loading another L4",
                "L2 and L3 edits; user mode; descriptor pages",
                machine.build(),
                List.of("L4a", "L4b", "L3a", "L3x", "L2", "L1", "page"),
                Life::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4A, 0, table(L3A))
                .entry(L4B, 0, table(L3A))
                .entry(L3A, 0, table(L2))
                .entry(L3X, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(3, L3A)
                .pin(4, L4A)
                .loadEverywhere(L4A);
    }
}
