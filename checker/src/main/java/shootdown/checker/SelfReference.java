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
import shootdown.hypervisor.Operation.GuestRead;

import java.util.List;
import java.util.stream.Stream;

/**
 * U14: a guest's own recursive entry, which may be read-only and nothing else: Xen refuses one of
 * the three updates always. Only by name, as no policy matters here.
 *
 * <pre>
 *   L4 [1] -> L4 (read-only, writable, none)      L4 [0] -> L3 -> L2 -> L1 -> page
 * </pre>
 */
final class SelfReference {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;

    private SelfReference() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u14-self-reference", machine()),
                universe("u14-self-reference-xpti-pcid", machine().xpti(true).pcid(true)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .frames(5)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L4, 1, readOnly(L4)),
                        edit(L4, 1, table(L4)),
                        edit(L4, 1, NONE),
                        new GuestRead(va(1, 1, 1, 1)),
                        new GuestRead(va(1, 0, 0, 0)));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "a recursive entry of the guest's own",
                "flags that may change without validation: RW of an entry that names its own table",
                "other levels; large pages; entries that name another table of the same level",
                machine.build(),
                List.of("L4", "L3", "L2", "L1", "page"),
                SelfReference::setUp,
                false);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(4, L4)
                .load(0, L4);
    }
}
