package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.stream.Stream;

/**
 * U8: a guest with a user mode, in which it may stay: a base for its kernel and one for its user
 * mode, which change places, lose entries, are dropped and become pages.
 *
 * <pre>
 *   K4 [0] -> L3a     U4 [0] -> L3b | none     V4 [0] -> L3b     L3a -> L2a -> L1     L3b -> L2b -> L1
 *   L1 [0] -> page    L1 [1] -> U4 as a page, when it is no table
 * </pre>
 */
final class UserL4 {
    private static final int K4 = 0;
    private static final int U4 = 1;
    private static final int V4 = 2;
    private static final int L3A = 3;
    private static final int L3B = 4;
    private static final int L2A = 5;
    private static final int L2B = 6;
    private static final int L1 = 7;
    private static final int PAGE = 8;
    private static final VirtualAddress V = va(0, 0, 0, 0);

    private UserL4() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u8-user-l4", machine()),
                universe("u8-user-l4-pcid", machine().pcid(true)),
                universe("u8-user-l4-xpti", machine().xpti(true)),
                universe("u8-user-l4-xpti-pcid", machine().xpti(true).pcid(true)));
    }

    private static Machine.Builder machine() {
        return Machine.builder()
                .frames(9)
                .slots(0, 1, LinearMap.SLOT)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, new Scope.Local()),
                        new MmuUpdateRequest(K4, 0, table(L3A), false),
                        new MmuUpdateRequest(K4, 0, table(L3B), false),
                        new MmuUpdateRequest(U4, 0, table(L3B), false),
                        new MmuUpdateRequest(U4, 0, NONE, false),
                        new MmuUpdateRequest(L1, 1, page(U4), false),
                        new MmuUpdateRequest(L1, 1, NONE, false),
                        new NewBaseptr(K4),
                        new NewBaseptr(V4),
                        new NewUserBaseptr(U4),
                        new NewUserBaseptr(V4),
                        new Iret(),
                        new Syscall(),
                        new LdtFault(V));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "a kernel and a user base, and the ways between the modes",
                "toggles that flush nothing, root copies of two modes in one page, user L4s that"
                    + " are edited, replaced and dropped",
                "other CPUs; what becomes of the LDT page that a fault of user mode looks up",
                machine.build(),
                List.of("K4", "U4", "V4", "L3a", "L3b", "L2a", "L2b", "L1", "page"),
                UserL4::setUp,
                true);
    }

    private static void setUp(MachineSetup first) {
        first.entry(K4, 0, table(L3A))
                .entry(U4, 0, table(L3B))
                .entry(V4, 0, table(L3B))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1))
                .entry(L2B, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .pin(3, L3A)
                .pin(3, L3B)
                .pin(4, K4)
                .pin(4, V4)
                .load(0, K4)
                .loadUser(0, U4);
    }
}
