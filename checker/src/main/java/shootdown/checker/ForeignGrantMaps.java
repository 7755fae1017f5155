package shootdown.checker;

import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.hypervisor.Operation.Unpin;

import java.util.List;
import java.util.stream.Stream;

/**
 * U11 foreign: one domain grants a frame, another maps and unmaps it. As soon as it is unmapped the
 * granter may make it a page table; the flush of that type change is for the granter's CPUs only.
 *
 * <pre>
 *   CPU0, the granter: G4; X becomes an L1 table, and is free again
 *   CPU1, the mapper: M4 -> M3 -> M2 -> M1 [0] -> X, by address or by entry
 * </pre>
 */
final class ForeignGrantMaps {
    private static final int G4 = 0;
    private static final int M4 = 1;
    private static final int M3 = 2;
    private static final int M2 = 3;
    private static final int M1 = 4;
    private static final int X = 5;
    private static final VirtualAddress V = va(0, 0, 1, 0);

    private static final int GRANTER = 1;
    private static final int MAPPER = 2;
    private static final int REF = 0;

    private ForeignGrantMaps() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u11-grants-foreign", machine()),
                universe(
                        "u11-grants-foreign-free",
                        machine().allowOn(0, new DecreaseReservation(X))),
                universe("u11-grants-foreign-xpti", machine().xpti(true)),
                universe("u11-grants-foreign-xpti-pcid", machine().xpti(true).pcid(true)));
    }

    private static Machine.Builder machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(2)
                        .frames(6)
                        .slots(0, 1, LinearMap.SLOT)
                        .domain(GRANTER, false, false)
                        .domain(MAPPER, false, false)
                        .load(0, GRANTER)
                        .load(1, MAPPER)
                        .track(V);
        for (int mfn = M4; mfn <= M1; mfn++) {
            machine.owner(mfn, MAPPER);
        }
        GrantTarget address = new GrantTarget.Linear(V);
        GrantTarget entry = new GrantTarget.Entry(M1, 0);
        return machine.allowOn(0, new Pin(1, X), new Unpin(X))
                .allowOn(
                        1,
                        new MapGrant(address, GRANTER, REF, GrantMaps.HOST),
                        new MapGrant(entry, GRANTER, REF, GrantMaps.HOST_READ_ONLY),
                        new UnmapGrant(address, 0),
                        new UnmapGrant(entry, 0));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "one domain grants a frame, another maps it",
                "a frame that the granter uses again, and the mapper's translations of it",
                "several CPUs of one of the domains; frames that change their owner",
                machine.build(),
                List.of("G4", "M4", "M3", "M2", "M1", "X"),
                ForeignGrantMaps::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(M4, 0, table(M3))
                .entry(M3, 0, table(M2))
                .entry(M2, 1, table(M1))
                .pin(4, G4)
                .pin(4, M4)
                .load(0, G4)
                .load(1, M4)
                .grant(GRANTER, new GrantAccess(REF, MAPPER, X, false));
    }
}
