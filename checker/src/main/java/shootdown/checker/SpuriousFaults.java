package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.hypervisor.Operation.GuestWrite;

import java.util.List;
import java.util.stream.Stream;

/**
 * U17: Xen walks the tables of a CPU for a fault, one level a step, while another CPU takes one of
 * them away and makes it a page (facts T14). Only the flush of that type change can hold the other
 * CPU up, and only if it interrupts.
 *
 * <pre>
 *   L4 -> L3 [0] -> L2 -> L1  [0] -> page  [1] -> X rw | none
 *         L3 [1] -> X | none    X [0] -> L1x [0] -> page, read-only
 *   X: an L2 table, or a page that the guest writes
 * </pre>
 */
final class SpuriousFaults {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int X = 4;
    private static final int L1X = 5;
    private static final int PAGE = 6;
    private static final VirtualAddress FAULT = va(0, 1, 0, 0);
    private static final VirtualAddress X_AS_PAGE = va(0, 0, 0, 1);

    private SpuriousFaults() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u17-spurious", machine()),
                universe("u17-spurious-assist", machine().assistedFlush(true)),
                universe("u17-spurious-xpti-assist", machine().assistedFlush(true).xpti(true)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .cpus(2)
                .frames(7)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L3, 1, table(X)),
                        edit(L3, 1, NONE),
                        edit(L1, 1, page(X)),
                        edit(L1, 1, NONE),
                        new GuestWrite(X_AS_PAGE, 0, table(PAGE)),
                        new GuestWrite(X_AS_PAGE, 0, table(L1X)),
                        new FaultingWrite(FAULT));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "Xen walks tables for a fault while another CPU makes one of them a page",
                "flushes that must interrupt: a walk with interrupts off holds them up",
                "what Xen makes of the walk; faults of Xen's own or of user mode",
                machine.build(),
                List.of("L4", "L3", "L2", "L1", "X", "L1x", "page"),
                SpuriousFaults::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L3, 1, table(X))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .entry(X, 0, table(L1X))
                .entry(L1X, 0, readOnly(PAGE))
                .loadEverywhere(L4);
    }
}
