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
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;

import java.util.List;
import java.util.stream.Stream;

/**
 * U13: a frame is an L1 table and a writable page in turn, while other CPUs map it, write to it,
 * unmap it and flush themselves (facts T8, B.8, B.9). The policy has no say here: all depends on
 * the type-change flush, its order, and its filter by the TLB clock.
 *
 * <pre>
 *   L4 -> L3 -> L2 -> L1 [0] -> page      L1 [1] -> X rw | none
 *   X: no type, an L1 table (pinned, hooked nowhere), or a page that the guest writes
 * </pre>
 */
final class TypeChanges {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;
    private static final int X = 5;
    private static final VirtualAddress V = va(0, 0, 0, 1);

    private TypeChanges() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u13-types", machine(2)),
                universe("u13-types-3cpu", machine(3)),
                universe("u13-types-shadow", machine(2).shadowFilter(true)),
                universe("u13-types-tso", machine(2).storeBuffers(true)),
                locked("u13-types-lock"));
    }

    private static Machine.Builder machine(int cpus) {
        return Machine.builder()
                .cpus(cpus)
                .frames(6)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L1, 1, page(X)),
                        edit(L1, 1, NONE),
                        new Pin(1, X),
                        new Unpin(X),
                        new TlbFlush(new Scope.Local()),
                        new GuestWrite(V, 0, page(PAGE)),
                        new GuestWrite(V, 0, NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "a frame is an L1 table and a writable page in turn, on several CPUs",
                "the type-change flush: its order, its filter by the TLB clock, the stamp",
                "edits above L1, so no policy has a say; X as a table that CPUs walk",
                machine.build(),
                List.of("L4", "L3", "L2", "L1", "page", "X"),
                TypeChanges::setUp,
                true);
    }

    /** An edit of X that changes the type of another frame holds X's lock over several steps. */
    private static Universe locked(String name) {
        Machine machine =
                Machine.builder()
                        .cpus(2)
                        .frames(7)
                        .slots(0, 1, LinearMap.SLOT)
                        .track(V)
                        .allow(
                                edit(X, 0, page(X + 1)),
                                edit(X, 0, NONE),
                                edit(L1, 1, page(X)),
                                edit(L1, 1, NONE),
                                new Pin(1, X),
                                new Unpin(X))
                        .build();
        return new Universe(
                name,
                "an L1 table loses its last reference while another CPU edits it",
                "the lock of a table as its last reference",
                "edits above L1; guests that write or flush",
                machine,
                List.of("L4", "L3", "L2", "L1", "page", "X", "Y"),
                first -> {
                    first.pin(1, X);
                    setUp(first);
                },
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .loadEverywhere(L4);
    }
}
