package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.globalTable;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * U1: one CPU; update_va_mapping around edits of L2, L3 and L4 entries on the path of its address.
 *
 * <pre>
 *   L4 [0] -> L3a | L3b       L3a [0] -> L2a | L2b       L2a [0] -> L1a | L1b    L2b [0] -> L1b
 * </pre>
 *
 * Both L3s and L2s are pinned, so that each can be hooked and unhooked; every L1 maps one page.
 */
final class LinearUvm {
    private static final int L4 = 0;
    private static final int L3A = 1;
    private static final int L3B = 2;
    private static final int L2A = 3;
    private static final int L2B = 4;
    private static final int L1A = 5;
    private static final int L1B = 6;
    private static final int PAGE = 7;
    private static final int OTHER_L4 = 8;
    private static final List<String> FRAMES =
            List.of("L4", "L3a", "L3b", "L2a", "L2b", "L1a", "L1b", "page");
    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final VirtualAddress W = va(0, 1, 0, 0);

    private LinearUvm() {}

    static Stream<Universe> all() {
        Universe plain = universe("u1-linear-uvm", machine());
        Machine.Builder self =
                machine().allow(edit(L4, 0, readOnly(L4)), edit(L3A, 0, readOnly(L3A)));
        Machine.Builder polite = machine().polite(true);
        return Stream.of(
                plain,
                universe("u1-linear-uvm-xpti", machine().xpti(true)),
                universe("u1-linear-uvm-xpti-pcid", machine().xpti(true).pcid(true)),
                universe("u1-linear-uvm-pcid", machine().pcid(true)),
                universe("u1-linear-uvm-unforced", machine().forcedContinuation(false)),
                universe(
                        "u1-linear-uvm-xpti-unforced",
                        machine().xpti(true).forcedContinuation(false)),
                universe("u1-linear-uvm-self", self),
                universe("u1-linear-uvm-xpti-self", self.build().toBuilder().xpti(true)),
                universe(
                        "u1-linear-uvm-xpti-pcid-self",
                        self.build().toBuilder().xpti(true).pcid(true)),
                universe("u1-linear-uvm-polite", polite),
                universe(
                        "u1-linear-uvm-xpti-pcid-polite",
                        machine().polite(true).xpti(true).pcid(true)),
                richUniverse("u1-linear-uvm-rich", rich()),
                richUniverse("u1-linear-uvm-xpti-pcid-rich", rich().xpti(true).pcid(true))
                        .onRequest(),
                universe("u1-linear-uvm-spares", machine().flushTlbSparesGlobal(true)),
                universe("u1-linear-uvm-g", global()),
                universe("u1-linear-uvm-g-spares", global().flushTlbSparesGlobal(true)));
    }

    private static Machine.Builder machine() {
        Scope here = new Scope.Local();
        return Machine.builder()
                .frames(8)
                .slots(0, LinearMap.SLOT)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, here),
                        new UpdateVaMappingCall(V, NONE, Flush.NONE, here),
                        edit(L4, 0, table(L3A)),
                        edit(L4, 0, table(L3B)),
                        edit(L4, 0, NONE),
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L3A, 0, NONE),
                        edit(L2A, 0, table(L1A)),
                        edit(L2A, 0, table(L1B)),
                        edit(L2A, 0, NONE),
                        new LinearL1Read(V),
                        new Invlpg(V, here),
                        new TlbFlush(here));
    }

    private static Machine.Builder global() {
        return machine()
                .guestMayGlobal(true)
                .allow(edit(L3A, 0, globalTable(L2A)), edit(L3A, 0, globalTable(L2B)));
    }

    /** Two slots, two addresses, pins and base pointers as well. */
    private static Machine.Builder rich() {
        return machine()
                .frames(9)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        new UpdateVaMappingCall(W, page(PAGE), Flush.NONE, new Scope.Local()),
                        edit(L4, 1, table(L3B)),
                        edit(L4, 1, NONE),
                        edit(L3A, 1, table(L2B)),
                        new MmuUpdateRequest(L3A, 1, NONE, true),
                        new Pin(2, L2A),
                        new Unpin(L2A),
                        new NewBaseptr(L4),
                        new NewBaseptr(OTHER_L4));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return universe(name, machine, FRAMES, LinearUvm::setUp);
    }

    private static Universe richUniverse(String name, Machine.Builder machine) {
        List<String> frames = Stream.concat(FRAMES.stream(), Stream.of("L4x")).toList();
        return universe(name, machine, frames, LinearUvm::setUpRich);
    }

    private static Universe universe(
            String name,
            Machine.Builder machine,
            List<String> frames,
            Consumer<MachineSetup> setup) {
        return new Universe(
                name,
                "update_va_mapping around edits of its path, one CPU",
                "XSA-286 as one CPU meets it: linear reads of L2 and L1 entries after edits above"
                        + " them",
                "other CPUs; what an emulation does with the L1 entry that it read; retyping",
                machine.build(),
                frames,
                setup,
                true);
    }

    private static void setUpRich(MachineSetup first) {
        setUp(first);
        first.entry(OTHER_L4, 0, table(L3A)).pin(4, OTHER_L4);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3A))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(1, L1A)
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(3, L3A)
                .pin(3, L3B)
                .pin(4, L4)
                .load(0, L4);
    }
}
