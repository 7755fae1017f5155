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
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U10: writable page tables. The guest stores to L1 tables that it has mapped read-only; Xen finds
 * the table through a linear read of an L1 entry, and carries the store out (trace T4).
 *
 * <pre>
 *   L3 [0] -> L2a | L2b | none      L2a [0] -> Xa | Xb | none      L2b [0] -> Xb
 *   Xa [0] -> Ta (ro)      Xb [0] -> Tb (ro)      the guest stores to [0] of the page at 0
 * </pre>
 *
 * All tables but Xa are pinned. In {@code retype} Ta can become a page that the guest writes. In
 * {@code uvm} nothing reads an L1 entry: the same edits, with update_va_mapping alone (Q5).
 */
final class WritablePageTables {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2A = 2;
    private static final int L2B = 3;
    private static final int XA = 4;
    private static final int XB = 5;
    private static final int TA = 6;
    private static final int TB = 7;
    private static final int PAGE = 8;
    private static final List<String> FRAMES =
            List.of("L4", "L3", "L2a", "L2b", "Xa", "Xb", "Ta", "Tb", "page");
    private static final VirtualAddress V = va(0, 0, 0, 0);

    /** VMASST_TYPE_writable_pagetables. */
    static final int ASSIST = 2;

    private WritablePageTables() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u10-ptwr", stores()),
                universe("u10-ptwr-xpti", stores().xpti(true)),
                universe("u10-ptwr-pcid", stores().pcid(true)),
                universe("u10-ptwr-xpti-pcid", stores().xpti(true).pcid(true)),
                universe("u10-ptwr-smp", smp()),
                universe("u10-ptwr-xpti-smp", smp().xpti(true)),
                universe("u10-ptwr-xpti-pcid-smp", smp().xpti(true).pcid(true)),
                universe("u10-ptwr-retype", retype()),
                withoutL1Reads("u10-uvm", uvm()),
                withoutL1Reads("u10-uvm-xpti-pcid", uvm().xpti(true).pcid(true)),
                withoutL1Reads("u10-uvm-smp", uvmSmp()));
    }

    private static Machine.Builder machine() {
        return Machine.builder().frames(9).slots(0, LinearMap.SLOT);
    }

    /** The guest kernel writes an entry of whatever it finds at V. */
    static Access store(VirtualAddress va, long value) {
        return new Access(AccessKind.WRITE, false, va, 0, value);
    }

    private static Machine.Builder edits() {
        return machine()
                .allow(
                        edit(L2A, 0, table(XA)),
                        edit(L2A, 0, table(XB)),
                        edit(L2A, 0, NONE),
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)),
                        edit(L3, 0, NONE));
    }

    private static Machine.Builder stores() {
        return edits().allow(store(V, page(PAGE)), store(V, NONE));
    }

    /** One CPU edits, both store. */
    private static Machine.Builder smp() {
        return machine()
                .cpus(2)
                .allowOn(0, edit(L2A, 0, table(XA)), edit(L2A, 0, table(XB)))
                .allow(store(V, page(PAGE)));
    }

    private static Machine.Builder retype() {
        return machine()
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        edit(L2A, 0, table(XA)),
                        edit(L2A, 0, table(XB)),
                        edit(XB, 1, page(TA)),
                        edit(XB, 1, NONE),
                        new Pin(1, TA),
                        new Unpin(TA),
                        store(V, page(PAGE)),
                        store(V, NONE))
                .track(va(0, 0, 0, 1));
    }

    private static Machine.Builder uvm() {
        Scope here = new Scope.Local();
        return edits().allow(
                        new UpdateVaMappingCall(V, readOnly(TA), Flush.INVLPG, here),
                        new UpdateVaMappingCall(V, NONE, Flush.NONE, here));
    }

    private static Machine.Builder uvmSmp() {
        return machine()
                .cpus(2)
                .allow(
                        edit(L2A, 0, table(XA)),
                        edit(L2A, 0, table(XB)),
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)),
                        new UpdateVaMappingCall(V, readOnly(TA), Flush.NONE, new Scope.Local()));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "stores to L1 tables that Xen carries out, around edits above",
                "linear reads of L1 entries, and the wrong table that a stale one leads to (T4)",
                "L4 edits; what a guest does with the table that Xen has edited wrongly",
                machine.build(),
                FRAMES,
                first -> setUp(first).assist(0, ASSIST),
                true);
    }

    private static Universe withoutL1Reads(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "the edits of ptwr, and nothing that reads an L1 entry",
                "whether L2 edits need a flush if neither ptwr nor an LDT is used (Q5)",
                "L4 edits; grants, which read the L2 entry as update_va_mapping does",
                machine.build(),
                FRAMES,
                WritablePageTables::setUp,
                true);
    }

    private static MachineSetup setUp(MachineSetup first) {
        return first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2A))
                .entry(L2A, 0, table(XA))
                .entry(L2B, 0, table(XB))
                .entry(XA, 0, readOnly(TA))
                .entry(XB, 0, readOnly(TB))
                .pin(1, TA)
                .pin(1, TB)
                .pin(1, XB)
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(3, L3)
                .pin(4, L4)
                .loadEverywhere(L4);
    }
}
