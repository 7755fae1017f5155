package shootdown.checker;

import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U11: a domain maps frames that it has granted to itself, by linear address and by entry.
 *
 * <pre>
 *   L3 [0] -> L2a | L2b      L2a [1] -> L1a      L2b [1] -> L1b      X is granted, page is not
 * </pre>
 *
 * Linear address 0 stands for none in an unmap, so all is one L2 slot further up.
 */
final class GrantMaps {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2A = 2;
    private static final int L2B = 3;
    private static final int L1A = 4;
    private static final int L1B = 5;
    private static final int X = 6;
    private static final int PAGE = 7;
    private static final VirtualAddress V = va(0, 0, 1, 0);
    private static final VirtualAddress W = va(0, 0, 1, 1);

    private static final int SELF = 0;
    private static final int REF = 0;

    /** GNTMAP_host_map. */
    static final int HOST = 2;

    /** GNTMAP_host_map and GNTMAP_readonly. */
    static final int HOST_READ_ONLY = 6;

    private GrantMaps() {}

    static Stream<Universe> all() {
        String linear = "linear reads of L2 entries by grants, and the L1 table that these lead to";
        String entries = "what entries, grants and unmaps hold of a frame that is used again";
        return Stream.of(
                universe("u11-grants", linear, byAddress()),
                universe("u11-grants-xpti", linear, byAddress().xpti(true)),
                universe("u11-grants-xpti-pcid", linear, byAddress().xpti(true).pcid(true)),
                universe("u11-grants-smp", linear, smp()),
                universe("u11-grants-entry", entries, byEntry()),
                universe("u11-grants-entry-smp", entries, byEntrySmp()));
    }

    private static Machine.Builder machine() {
        return Machine.builder().frames(8).slots(0, 1, LinearMap.SLOT);
    }

    private static GrantTarget at(VirtualAddress va) {
        return new GrantTarget.Linear(va);
    }

    private static GrantTarget entry(int slot) {
        return new GrantTarget.Entry(L1A, slot);
    }

    private static Operation map(GrantTarget target, int flags) {
        return new MapGrant(target, SELF, REF, flags);
    }

    private static Operation unmap(GrantTarget target, int handle) {
        return new UnmapGrant(target, handle);
    }

    private static Machine.Builder byAddress() {
        return machine()
                .allow(
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)),
                        map(at(V), HOST),
                        unmap(at(V), 0),
                        new UnmapAndReplace(at(V), W, 0),
                        new UpdateVaMappingCall(W, page(PAGE), Flush.INVLPG, new Scope.Local()));
    }

    /** One CPU edits, the other maps and unmaps. */
    private static Machine.Builder smp() {
        return machine()
                .cpus(2)
                .allowOn(0, edit(L3, 0, table(L2A)), edit(L3, 0, table(L2B)))
                .allowOn(1, map(at(V), HOST), unmap(at(V), 0));
    }

    /** Two maps, and each handle with each entry; X may become a table between. */
    private static Machine.Builder byEntry() {
        return machine()
                .grantMaps(2)
                .track(V, W)
                .allow(
                        map(entry(0), HOST),
                        map(entry(1), HOST_READ_ONLY),
                        unmap(entry(0), 0),
                        unmap(entry(1), 0),
                        unmap(entry(0), 1),
                        unmap(entry(1), 1),
                        edit(L1A, 1, page(X)),
                        new Pin(1, X),
                        new Unpin(X));
    }

    private static Machine.Builder byEntrySmp() {
        return machine()
                .cpus(2)
                .track(V)
                .allow(map(entry(0), HOST), unmap(entry(0), 0), new Pin(1, X), new Unpin(X));
    }

    private static Universe universe(String name, String aims, Machine.Builder machine) {
        return new Universe(
                name,
                "grants of a domain to itself, mapped and unmapped",
                aims,
                "other domains; maps for devices; grants that are changed or withdrawn",
                machine.build(),
                List.of("L4", "L3", "L2a", "L2b", "L1a", "L1b", "X", "page"),
                GrantMaps::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2A))
                .entry(L2A, 1, table(L1A))
                .entry(L2B, 1, table(L1B))
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(4, L4)
                .grant(SELF, new GrantAccess(REF, SELF, X, false))
                .loadEverywhere(L4);
    }
}
