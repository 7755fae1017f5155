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
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U9: batches of any length that mix levels, among them an L4 that is not in use.
 *
 * <pre>
 *   L4a [0] -> L3a      L3a [0] -> L2a | L2b | none      L2a [0] -> L1a | none
 *   L4b [0] -> none | L3b, loaded nowhere                L3b [0] -> L2b -> L1b
 * </pre>
 *
 * Replacing a present child ends an invocation, so within one flush block such an edit comes last.
 */
final class Batches {
    private static final int L4A = 0;
    private static final int L4B = 1;
    private static final int L3A = 2;
    private static final int L3B = 3;
    private static final int L2A = 4;
    private static final int L2B = 5;
    private static final int L1A = 6;
    private static final int L1B = 7;
    private static final int PAGE = 8;
    private static final VirtualAddress V = va(0, 0, 0, 0);

    private Batches() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u9-batches", machine(1)),
                universe("u9-batches-unforced", machine(1).forcedContinuation(false)),
                universe("u9-batches-smp", twoCpus()),
                universe("u9-batches-smp-large", machine(2)).onRequest(),
                universe("u9-batches-preempt", machine(1).preemption(true)),
                inUse("u9-batches-xpti-preempt", inUse().xpti(true)),
                inUse("u9-batches-xpti-pcid-preempt", inUse().xpti(true).pcid(true)),
                universe("u9-batches-smp-preempt", twoCpus().preemption(true)));
    }

    /** Every CPU may read through the linear map. */
    private static Machine.Builder reads(int cpus) {
        return Machine.builder()
                .cpus(cpus)
                .frames(9)
                .slots(0, LinearMap.SLOT)
                .batches(true)
                .allow(new UpdateVaMappingCall(V, page(PAGE), Flush.NONE, new Scope.Local()));
    }

    private static Machine.Builder machine(int cpus) {
        return reads(cpus)
                .allow(
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L3A, 0, NONE),
                        edit(L2A, 0, table(L1A)),
                        edit(L2A, 0, NONE),
                        edit(L4B, 0, table(L3B)),
                        edit(L4B, 0, NONE));
    }

    /** One entry less, and one CPU that only reads. */
    private static Machine.Builder twoCpus() {
        return reads(2).allowOn(
                        0,
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L3A, 0, NONE),
                        edit(L4B, 0, table(L3B)),
                        edit(L4B, 0, NONE));
    }

    /** The L4 that is in use is edited too, and nothing at L2. */
    private static Machine.Builder inUse() {
        return reads(1).preemption(true)
                .allow(
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L3A, 0, NONE),
                        edit(L4A, 0, table(L3A)),
                        edit(L4A, 0, NONE),
                        edit(L4B, 0, table(L3B)),
                        edit(L4B, 0, NONE));
    }

    private static Universe inUse(String name, Machine.Builder machine) {
        Universe batches = universe(name, machine);
        return new Universe(
                name,
                batches.title(),
                "preempted batches under XPTI: what the guest's interrupt handler runs on",
                "L2 edits; several CPUs",
                batches.machine(),
                batches.frameNames(),
                first -> {
                    batches.setup().accept(first);
                    first.pin(3, L3A);
                },
                true);
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "batches of any length that mix levels",
                "what accumulates over a batch; flushing after it or after each entry",
                "XPTI; edits of an L4 that is in use; linear reads of L1 entries; preemption",
                machine.build(),
                List.of("L4a", "L4b", "L3a", "L3b", "L2a", "L2b", "L1a", "L1b", "page"),
                Batches::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4A, 0, table(L3A))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(1, L1A)
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(3, L3B)
                .pin(4, L4A)
                .pin(4, L4B)
                .loadEverywhere(L4A);
    }
}
