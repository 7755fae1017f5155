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

import java.util.List;
import java.util.stream.Stream;

/**
 * U10 recursive: writable page tables below an L4 that no CR3 names (trace T5). Slot 1 of the
 * loaded L4a names L4b read-only, so the guest sees the tables of L4b as pages, and stores to them.
 *
 * <pre>
 *   L4a [0] -> L3a      L4a [1] -> L4b (ro)      L4b [0] -> L3a | L3b
 *   L3a -> L2a -> Ta (ro)      L3b -> L2b -> Tb (ro)      the page at L4a [1] is Ta, or Tb
 * </pre>
 */
final class RecursiveStores {
    private static final int L4A = 0;
    private static final int L4B = 1;
    private static final int L3A = 2;
    private static final int L3B = 3;
    private static final int L2A = 4;
    private static final int L2B = 5;
    private static final int TA = 6;
    private static final int TB = 7;
    private static final int PAGE = 8;

    private RecursiveStores() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u10-ptwr-recursive", machine()),
                universe("u10-ptwr-recursive-xpti-pcid", machine().xpti(true).pcid(true)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .frames(9)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L4B, 0, table(L3A)),
                        edit(L4B, 0, table(L3B)),
                        WritablePageTables.store(va(1, 0, 0, 0), page(PAGE)),
                        WritablePageTables.store(va(1, 0, 0, 0), NONE));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "stores that lead through an L4 below the loaded one, which is edited",
                "the L1 table that is edited in place of the right one, after an edit of an L4"
                        + " that is not in use (T5)",
                "other CPUs; edits of the loaded L4",
                machine.build(),
                List.of("L4a", "L4b", "L3a", "L3b", "L2a", "L2b", "Ta", "Tb", "page"),
                RecursiveStores::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4A, 0, table(L3A))
                .entry(L4A, 1, readOnly(L4B))
                .entry(L4B, 0, table(L3A))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, readOnly(TA))
                .entry(L2B, 0, readOnly(TB))
                .pin(3, L3A)
                .pin(3, L3B)
                .pin(4, L4B)
                .pin(4, L4A)
                .load(0, L4A)
                .assist(0, WritablePageTables.ASSIST);
    }
}
