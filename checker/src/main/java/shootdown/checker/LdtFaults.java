package shootdown.checker;

import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.LoadSelector;
import shootdown.hypervisor.Operation.SetLdt;

import java.util.List;
import java.util.stream.Stream;

/**
 * U10 ldt: pages of an LDT that Xen maps when a selector first needs them. It finds the frame
 * through a linear read of an L1 entry, as ptwr does; the frame then has type seg_desc.
 *
 * <pre>
 *   L2 [0] -> Xa | Xb      Xa [0] -> Da (ro | rw)      Xb [0] -> Db (ro)      the LDT is at 0
 * </pre>
 */
final class LdtFaults {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int XA = 3;
    private static final int XB = 4;
    private static final int DA = 5;
    private static final int DB = 6;
    private static final VirtualAddress V = va(0, 0, 0, 0);

    /** The first descriptor of the LDT, for ring 3. */
    private static final int SELECTOR = 7;

    /** A data segment, accessed; its limit is even, so that no picture takes it for an entry. */
    private static final long DATA = 0x00CF_F300_0000_FFFEL;

    private LdtFaults() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u10-ptwr-ldt", machine()),
                universe("u10-ptwr-ldt-xpti", machine().xpti(true)),
                universe("u10-ptwr-ldt-xpti-pcid", machine().xpti(true).pcid(true)),
                universe("u10-ptwr-ldt-smp", smp()),
                universe("u10-ptwr-ldt-xpti-smp", smp().xpti(true)));
    }

    private static Machine.Builder sized() {
        return Machine.builder().frames(7).slots(0, LinearMap.SLOT).track(V);
    }

    private static Machine.Builder machine() {
        return sized().allow(
                        edit(L2, 0, table(XA)),
                        edit(L2, 0, table(XB)),
                        edit(XA, 0, readOnly(DA)),
                        edit(XA, 0, page(DA)),
                        new SetLdt(V.va(), 1),
                        new SetLdt(0, 0),
                        new LoadSelector(SELECTOR));
    }

    /** One CPU edits, the other uses its LDT. */
    private static Machine.Builder smp() {
        return sized().cpus(2)
                .allowOn(
                        0,
                        edit(L2, 0, table(XA)),
                        edit(L2, 0, table(XB)),
                        edit(XA, 0, readOnly(DA)),
                        edit(XA, 0, page(DA)))
                .allowOn(1, new SetLdt(V.va(), 1), new SetLdt(0, 0), new LoadSelector(SELECTOR));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "pages of an LDT that Xen maps on a fault, around L2 edits",
                "linear reads of L1 entries for descriptor pages; the type change of such a page",
                "GDTs; descriptors that Xen refuses; what a wrong descriptor does",
                machine.build(),
                List.of("L4", "L3", "L2", "Xa", "Xb", "Da", "Db"),
                LdtFaults::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(XA))
                .entry(XA, 0, readOnly(DA))
                .entry(XB, 0, readOnly(DB))
                .entry(DA, 0, DATA)
                .entry(DB, 0, DATA)
                .pin(1, XA)
                .pin(1, XB)
                .pin(4, L4)
                .loadEverywhere(L4);
    }
}
