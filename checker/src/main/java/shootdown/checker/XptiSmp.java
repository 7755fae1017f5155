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
import shootdown.policy.FlushFlags;

import java.util.List;
import java.util.stream.Stream;

/**
 * U3: two CPUs under XPTI on one L4. An L3 is taken out of it, loses its type, is mapped writable
 * and rewritten as data, while another CPU may still run on a copy that names it (facts T7).
 *
 * <pre>
 *   L4 [0] -> L3 -> L2 -> L1 [0] -> page       L4 [1] -> Lx | none       L1 [1] -> none | Lx rw
 * </pre>
 */
final class XptiSmp {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;
    private static final int LX = 5;

    private XptiSmp() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u3-xpti-smp", machine()),
                universe("u3-xpti-smp-pcid", machine().pcid(true)),
                universe("u3-xpti-smp-tso", machine().storeBuffers(true)),
                universe("u3-must-do", machine().mustDo(FlushFlags.FLUSH_CACHE)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .cpus(2)
                .frames(6)
                .slots(0, 1, LinearMap.SLOT)
                .xpti(true)
                .track(va(1, 0, 0, 0))
                .allow(
                        edit(L4, 1, table(LX)),
                        edit(L4, 1, NONE),
                        edit(L1, 1, page(LX)),
                        edit(L1, 1, NONE))
                .allow(new GuestWrite(va(0, 0, 0, 1), 0, table(L2)))
                .allow(new GuestWrite(va(0, 0, 0, 1), 0, NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "an L3 leaves a shared L4 and becomes a page, two CPUs under XPTI",
                "root copies of other CPUs; a freed table that a stale copy still names",
                "linear reads; L4s with one user",
                machine.build(),
                List.of("L4", "L3", "L2", "L1", "page", "Lx"),
                XptiSmp::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L4, 1, table(LX))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(4, L4)
                .load(0, L4)
                .load(1, L4);
    }
}
