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
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.LinearL1Read;
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
 *   K4 [0] -> L3a | L3b      U4 [0] -> L3b | none      V4 [0] -> L3b
 *   L3a [0] -> L2a | L2b     L3b [0] -> L2b            L2a [0] -> L1a      L2b [0] -> L1b
 *   L1a [0] -> page          L1b [0] -> page           L1b [1] -> U4, once it is no table
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
    private static final int L1A = 7;
    private static final int L1B = 8;
    private static final int PAGE = 9;
    private static final int L3C = 10;
    private static final List<String> FRAMES =
            List.of("K4", "U4", "V4", "L3a", "L3b", "L2a", "L2b", "L1a", "L1b", "page");
    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final VirtualAddress X = va(0, 0, 0, 1);
    private static final Scope HERE = new Scope.Local();

    private UserL4() {}

    static Stream<Universe> all() {
        return Stream.of(
                universe("u8-user-l4", machine()),
                universe("u8-user-l4-pcid", machine().pcid(true)),
                universe("u8-user-l4-xpti", machine().xpti(true)),
                universe("u8-user-l4-xpti-pcid", machine().xpti(true).pcid(true)),
                shadowUniverse("u8-user-l4-pcid-shadow", replaced().pcid(true).shadowFilter(true)),
                universe("u8-user-l4-self", self()),
                universe("u8-user-l4-xpti-pcid-self", self().xpti(true).pcid(true)),
                smpUniverse("u8-user-l4-pcid-smp", smp().pcid(true)),
                smpUniverse("u8-user-l4-xpti-smp", smp().xpti(true)),
                smpUniverse("u8-user-l4-xpti-pcid-smp", smp().xpti(true).pcid(true)));
    }

    private static Machine.Builder empty() {
        return Machine.builder().frames(10).slots(0, 1, LinearMap.SLOT);
    }

    private static Machine.Builder machine() {
        return empty().allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, HERE),
                        edit(K4, 0, table(L3A)),
                        edit(K4, 0, table(L3B)),
                        edit(U4, 0, table(L3B)),
                        edit(U4, 0, NONE),
                        edit(L3A, 0, table(L2A)),
                        edit(L3A, 0, table(L2B)),
                        edit(L1B, 1, page(U4)),
                        edit(L1B, 1, NONE),
                        new NewBaseptr(K4),
                        new NewBaseptr(V4),
                        new NewUserBaseptr(U4),
                        new NewUserBaseptr(V4),
                        new Iret(),
                        new Syscall(),
                        new LdtFault(V),
                        new GuestWrite(X, 0, NONE),
                        new GuestWrite(X, 0, table(L3B)));
    }

    /** The user L4 hangs in itself, and below the kernel's. */
    private static Machine.Builder self() {
        return machine()
                .track(va(1, 0, 0, 0))
                .allow(
                        new LinearL1Read(va(1, 0, 0, 0)),
                        edit(U4, 1, readOnly(U4)),
                        edit(U4, 1, NONE),
                        edit(K4, 1, readOnly(U4)),
                        edit(K4, 1, NONE));
    }

    /** One CPU edits, the other goes from mode to mode. */
    private static Machine.Builder smp() {
        return empty().cpus(2)
                .allowOn(
                        0,
                        edit(K4, 0, table(L3A)),
                        edit(K4, 0, table(L3B)),
                        edit(U4, 0, table(L3B)),
                        edit(U4, 0, NONE))
                .allowOn(
                        1,
                        new UpdateVaMappingCall(V, page(PAGE), Flush.NONE, HERE),
                        new Iret(),
                        new Syscall(),
                        new LdtFault(V));
    }

    /** The user L4 that is replaced takes a table with it, which becomes a page. */
    private static Machine.Builder replaced() {
        return empty().frames(11)
                .allow(
                        new UpdateVaMappingCall(V, page(PAGE), Flush.INVLPG, HERE),
                        edit(L1A, 1, page(L3C)),
                        edit(L1A, 1, NONE),
                        new NewUserBaseptr(U4),
                        new NewUserBaseptr(V4),
                        new Iret(),
                        new Syscall(),
                        new LdtFault(V),
                        new GuestWrite(X, 0, NONE),
                        new GuestWrite(X, 0, table(L2B)));
    }

    private static Universe universe(String name, Machine.Builder machine) {
        return universe(
                name, "other CPUs; what becomes of the LDT page that is looked up", machine);
    }

    private static Universe smpUniverse(String name, Machine.Builder machine) {
        return universe(name, "base pointers; retyping; what the other CPU sees", machine);
    }

    private static Universe shadowUniverse(String name, Machine.Builder machine) {
        List<String> frames = Stream.concat(FRAMES.stream(), Stream.of("L3c")).toList();
        return new Universe(
                name,
                "the base of user mode is replaced, and what hung below it is used again",
                "PCIDs whose root has changed, where no change of type flushes for a table that"
                        + " dies (shadow mode): XSA-294",
                "shadow tables themselves: a table stands for its shadow, and both die together",
                machine.build(),
                frames,
                UserL4::setUpReplaced,
                true);
    }

    private static void setUpReplaced(MachineSetup first) {
        first.entry(L3C, 0, table(L2B));
        setUp(first, 1, L3C);
    }

    private static Universe universe(String name, String cannotShow, Machine.Builder machine) {
        return new Universe(
                name,
                "a kernel and a user base, and the ways between the modes",
                "toggles that flush nothing, root copies of two modes in one page, user L4s that"
                        + " are edited, replaced and dropped",
                cannotShow,
                machine.build(),
                FRAMES,
                first -> setUp(first, machine.build().cpus(), L3B),
                true);
    }

    private static void setUp(MachineSetup first, int cpus, int belowU4) {
        first.entry(K4, 0, table(L3A))
                .entry(U4, 0, table(belowU4))
                .entry(V4, 0, table(L3B))
                .entry(L3A, 0, table(L2A))
                .entry(L3B, 0, table(L2B))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(2, L2A)
                .pin(3, L3A)
                .pin(3, L3B)
                .pin(4, K4)
                .pin(4, V4);
        for (int cpu = 0; cpu < cpus; cpu++) {
            first.load(cpu, K4).loadUser(cpu, U4);
        }
    }
}
