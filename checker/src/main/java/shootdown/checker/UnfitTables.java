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
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * U18: a table that was in use is asked for again, is not fit any more, and becomes a page. A
 * failed validation leaves neither type nor stamp, so the type change that follows flushes nobody:
 * only what was flushed before counts. Only by name.
 *
 * <pre>
 *   L4 -> L3 [0] -> L2 -> L1  [0] -> page  [1] -> X rw | none     L3 [1] -> X | none
 *   linear:  X [0] -> Z, read-only  [1] -> L1x      Z [0] -> W, read-only | none
 *            Z has linear entries of its own: then X may not name it
 *   smp:     X [0] -> L1x [0] -> Y rw               Y is a page, or an L1 table: then L1x is unfit
 * </pre>
 */
final class UnfitTables {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int X = 4;
    private static final int L1X = 5;
    private static final int PAGE = 6;
    private static final int Y = 7;
    private static final int Z = 7;
    private static final int W = 8;

    private UnfitTables() {}

    static Stream<Universe> all() {
        return Stream.of(linear(), smp());
    }

    private static Machine.Builder machine(int cpus, int frames) {
        return Machine.builder()
                .cpus(cpus)
                .frames(frames)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L3, 1, table(X)),
                        edit(L3, 1, NONE),
                        edit(L1, 1, page(X)),
                        edit(L1, 1, NONE));
    }

    private static Universe linear() {
        Machine machine =
                machine(1, 9)
                        .track(va(0, 1, 1, 0))
                        .allow(edit(Z, 0, readOnly(W)), edit(Z, 0, NONE))
                        .build();
        return universe(
                "u18-unfit-linear",
                machine,
                List.of("L4", "L3", "L2", "L1", "X", "L1x", "page", "Z", "W"),
                first -> {
                    first.pin(2, Z).pin(2, W);
                    first.entry(X, 0, readOnly(Z)).entry(X, 1, table(L1X));
                    setUp(first);
                });
    }

    private static Universe smp() {
        Machine machine =
                machine(2, 8).track(va(0, 1, 0, 0)).allow(new Pin(1, Y), new Unpin(Y)).build();
        return universe(
                "u18-unfit-smp",
                machine,
                List.of("L4", "L3", "L2", "L1", "X", "L1x", "page", "Y"),
                first -> {
                    first.entry(X, 0, table(L1X)).entry(L1X, 0, page(Y));
                    setUp(first);
                });
    }

    private static Universe universe(
            String name, Machine machine, List<String> frames, Consumer<MachineSetup> setup) {
        return new Universe(
                name,
                "a table fails a validation between two uses, and becomes a page",
                "type changes that flush nobody, as the stamp is lost with the type",
                "linear reads; tables that stay half validated",
                machine,
                frames,
                setup,
                false);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L3, 1, table(X))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .loadEverywhere(L4);
    }
}
