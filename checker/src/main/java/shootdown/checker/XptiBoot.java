package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Scope;

import java.util.List;
import java.util.stream.Stream;

/**
 * U2: one CPU under XPTI, and one L4 that is pinned and used nowhere else, as a dom0 boots: an L4
 * entry appears and goes away. This is where the unpublished draft crashed.
 *
 * <pre>
 *   L4 [0] -> L3a -> L2a -> L1a -> page       L4 [1] -> none | L3b
 * </pre>
 */
final class XptiBoot {
    private static final int L4 = 0;
    private static final int L3A = 1;
    private static final int L3B = 2;
    private static final int L2 = 3;
    private static final int L1 = 4;
    private static final int PAGE = 5;

    private XptiBoot() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u2-xpti-boot", machine()),
                universe("u2-xpti-boot-pcid", machine().pcid(true)),
                universe(
                        "u2-xpti-boot-user",
                        machine().allow(new NewUserBaseptr(L4), new NewUserBaseptr(-1))));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .frames(6)
                .slots(0, 1, LinearMap.SLOT)
                .xpti(true)
                .allow(
                        edit(L4, 1, table(L3B)),
                        edit(L4, 1, NONE),
                        edit(L3B, 1, table(L2)),
                        edit(L3B, 1, NONE),
                        new GuestWrite(va(1, 0, 0, 0), 0, 1),
                        new GuestWrite(va(1, 0, 0, 0), 0, 0),
                        new Invlpg(va(1, 0, 0, 0), new Scope.Local()));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "an L4 with a single use gains and loses an entry, one CPU under XPTI",
                "the draft that crashed dom0: the root copy of the only user of an L4",
                "linear reads; other CPUs",
                machine.build(),
                List.of("L4", "L3a", "L3b", "L2", "L1", "page"),
                XptiBoot::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3A))
                .entry(L3A, 0, table(L2))
                .entry(L3B, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(3, L3B)
                .pin(4, L4)
                .load(0, L4);
    }
}
