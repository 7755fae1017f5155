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
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U4: two or three CPUs on one L4; any of them edits an L3 entry, any of them reads through the
 * linear map, inside and outside of multicalls.
 *
 * <pre>
 *   L4 [0] -> L3      L3 [0] -> L2a | L2b | none      L2a -> L1a -> page      L2b -> L1b -> page
 * </pre>
 */
final class SmpLinear {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2A = 2;
    private static final int L2B = 3;
    private static final int L1A = 4;
    private static final int L1B = 5;
    private static final int PAGE = 6;
    private static final VirtualAddress V = va(0, 0, 0, 0);

    private SmpLinear() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u4-smp-linear", machine(2)),
                universe("u4-smp-linear-xpti", machine(2).xpti(true)),
                universe("u4-smp-linear-xpti-pcid", machine(2).xpti(true).pcid(true)),
                universe("u4-smp-linear-invlpg", guestFlushes()),
                universe("u4-smp-linear-tso", machine(2).storeBuffers(true)),
                universe(
                                "u4-smp-linear-deep",
                                "edits at every level below L4 on one CPU, a linear read on"
                                        + " another",
                                "L4 edits; retyping",
                                editsBelow())
                        .onRequest(),
                universe("u4-smp-linear-3cpu", machine(3)).onRequest(),
                universe("u4-smp-linear-xpti-3cpu", machine(3).xpti(true)).onRequest());
    }

    private static Machine.Builder machine(int cpus) {
        return Machine.builder()
                .cpus(cpus)
                .frames(7)
                .slots(0, LinearMap.SLOT)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.NONE, new Scope.Local()),
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)),
                        edit(L3, 0, NONE));
    }

    /**
     * The L2 and L1 entries are edited too, so L1 tables lose their last reference and are
     * validated again. This one is written independently in Promela: {@code u4.pml} in {@code
     * benchmarks}.
     */
    private static Machine.Builder editsBelow() {
        return machine(2)
                .allow(
                        new UpdateVaMappingCall(V, NONE, Flush.NONE, new Scope.Local()),
                        edit(L2A, 0, table(L1A)),
                        edit(L2A, 0, table(L1B)),
                        edit(L2A, 0, NONE),
                        edit(L2B, 0, table(L1A)),
                        edit(L2B, 0, table(L1B)),
                        edit(L2B, 0, NONE));
    }

    /** The guest asks for flushes on all its CPUs; one CPU edits. */
    private static Machine.Builder guestFlushes() {
        Scope all = new Scope.All();
        return Machine.builder()
                .cpus(2)
                .frames(7)
                .slots(0, LinearMap.SLOT)
                .allowOn(
                        0,
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, all),
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)))
                .allowOn(
                        1,
                        new UpdateVaMappingCall(V, NONE, Flush.NONE, all),
                        new Invlpg(V, all),
                        new TlbFlush(new Scope.Multi(1)));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return universe(
                name,
                "an L3 edit on one CPU, a linear read on another",
                "L2 and L4 edits; retyping",
                machine);
    }

    private static Universe universe(
            String name, String title, String cannotShow, Machine.Builder machine) {
        return new Universe(
                name,
                title,
                "XSA-286 across CPUs: which of them must flush, and when",
                cannotShow,
                machine.build(),
                List.of("L4", "L3", "L2a", "L2b", "L1a", "L1b", "page"),
                SmpLinear::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2A))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(4, L4)
                .loadEverywhere(L4);
    }
}
