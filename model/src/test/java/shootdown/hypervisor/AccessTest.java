package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.D;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;

/**
 * What the guest's own accesses come to: values, page faults with their codes, stale translations;
 * in the guest kernel and in its user mode (facts 10.4, rows F5 and F7).
 *
 * <p>Of {@code AccessInstruction}, {@code GuestEntry}, {@code Traps}.
 */
final class AccessTest {
    private static final VirtualAddress W = va(0, 0, 0, 1);

    private static Access read(VirtualAddress va) {
        return new Access(AccessKind.READ, false, va, 1, 0);
    }

    private static Access write(VirtualAddress va, long value) {
        return new Access(AccessKind.WRITE, false, va, 1, value);
    }

    private static Access execute(VirtualAddress va) {
        return new Access(AccessKind.EXECUTE, false, va, 1, 0);
    }

    private static Access user(AccessKind kind, VirtualAddress va) {
        return new Access(kind, true, va, 1, 0xAB);
    }

    /** The four ways in which entering and leaving Xen differ. */
    private static List<Machine.Builder> machines() {
        return List.of(
                Guest.machine(),
                Guest.machine().pcid(true),
                Guest.machine().xpti(true),
                Guest.machine().xpti(true).pcid(true));
    }

    @Test
    void whatIsWrittenIsRead() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = Guest.xen(machine);

            assertThat(xen.instruction(write(V, 0x77))).isEqualTo("access to 4: 0x77");

            assertThat(xen.entry(PAGE, 1)).isEqualTo(0x77);
            assertThat(xen.instruction(read(V))).isEqualTo("access to 4: 0x77");
            assertThat(xen.instruction(execute(V))).isEqualTo("access to 4: 0x77");
        }
    }

    @Test
    void anAbsentPageFaultsWithoutP() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = Guest.xen(machine);

            assertThat(xen.instruction(read(W))).isEqualTo("#PF(0) at 0x1008");
            assertThat(xen.instruction(write(W, 1))).isEqualTo("#PF(2) at 0x1008");
            assertThat(xen.instruction(execute(W))).isEqualTo("#PF(16) at 0x1008");
        }
    }

    @Test
    void aReadOnlyPageIsReadAndAStoreFaultsWithP() {
        TestXen xen = Guest.xen();
        xen.run(set(L1, 1, ro(A)));

        assertThat(xen.instruction(read(W))).isEqualTo("access to 5: 0x0");
        assertThat(xen.instruction(write(W, 1))).isEqualTo("#PF(3) at 0x1008");
        assertThat(xen.entry(A, 1)).isZero();
    }

    @Test
    void aPageThatIsNotToBeExecutedFaultsOnAFetch() {
        TestXen xen = Guest.xen();
        xen.run(set(L1, 1, rw(A) | Pte.NX));

        assertThat(xen.instruction(execute(W))).isEqualTo("#PF(17) at 0x1008");
        assertThat(xen.instruction(write(W, 3))).isEqualTo("access to 5: 0x3");
    }

    @Test
    void rightsThatAnUpperTableLacksArePassedDown() {
        TestXen xen = Guest.xen();
        xen.run(set(L3, 0, table(L2) & ~Pte.RW));
        assertThat(xen.instruction(write(V, 1))).isEqualTo("#PF(3) at 0x8");

        xen.run(set(L4, 0, table(L3) | Pte.NX));
        assertThat(xen.instruction(execute(V))).isEqualTo("#PF(17) at 0x8");
        assertThat(xen.instruction(read(V))).isEqualTo("access to 4: 0x0");
    }

    @Test
    void untilTheFlushAnAccessMayUseTheOldEntry() {
        TestXen xen = Guest.xen();
        xen.run(set(A, 1, 0xA));
        xen.run(set(L1, 0, rw(A)));

        assertThat(xen.instruction(read(V))).isEqualTo("access to 4: 0x0");
        assertThat(xen.accessMay()).isEqualTo("[4, 5]");
        xen.answer(1);
        assertThat(xen.instruction(read(V))).isEqualTo("access to 5: 0xa");

        xen.run(new Invlpg(V, new Scope.Local()));
        assertThat(xen.instruction(read(V))).isEqualTo("access to 5: 0xa");
        assertThat(xen.accessMay()).isEqualTo("[5]");
    }

    @Test
    void afterAFaultTheOldEntryIsGone() {
        TestXen xen = Guest.xen();
        xen.run(set(L1, 0, 0));

        xen.answer(1);
        assertThat(xen.instruction(read(V))).isEqualTo("#PF(0) at 0x8");
        assertThat(xen.accessMay()).isEqualTo("[4, #PF(4)]");

        xen.instruction(read(V));
        assertThat(xen.accessMay()).isEqualTo("[#PF(4)]");
    }

    @Test
    void underXptiWithoutPcidNothingOldSurvivesAHypercall() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true));
        xen.run(set(L1, 0, rw(A)));

        xen.instruction(read(V));

        assertThat(xen.accessMay()).isEqualTo("[5]");
    }

    @Test
    void oneCpusInvlpgDoesNotHelpTheOther() {
        TestXen xen = Guest.xen(Guest.machine(2));
        UpdateVaMappingCall remap =
                new UpdateVaMappingCall(V, ro(PAGE), Flush.INVLPG, new Scope.Local());
        assertThat(xen.run(remap)).isEqualTo(OK);

        assertThat(xen.instruction(0, write(V, 1))).isEqualTo("#PF(3) at 0x8");
        assertThat(xen.instruction(1, write(V, 1))).isEqualTo("access to 4: 0x1");
        assertThat(xen.accessMay()).isEqualTo("[4, #PF(7)]");
    }

    @Test
    void f5XensOwnSlotsFaultWhateverIsMappedThere() {
        for (Machine.Builder machine : machines()) {
            boolean xpti = machine.build().xpti();
            TestXen xen = Guest.xen(machine);
            String present = "#PF(%d) at ".formatted(xpti ? 0 : 1);

            assertThat(xen.instruction(read(va(257, 0, 0, 0)))).startsWith("#PF(0) at ");
            assertThat(xen.instruction(read(LinearMap.l2Window(V)))).startsWith(present);
            assertThat(xen.instruction(read(va(258, 258, 258, 258)))).startsWith(present);
            assertThat(xen.instruction(read(va(260, 0, 0, 0)))).startsWith("#PF(1) at ");
            assertThat(xen.instruction(write(va(260, 0, 0, 0), 0))).startsWith("#PF(3) at ");
            assertThat(xen.instruction(execute(va(261, 0, 0, 0))))
                    .startsWith(xpti ? "#PF(16) at " : "#PF(17) at ");
            assertThat(xen.instruction(read(va(271, 0, 0, 0)))).startsWith("#PF(0) at ");
        }
    }

    // User mode.

    /** A second root that maps A at V; the kernel's maps PAGE. */
    private static TestXen withUserBase(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine);
        xen.run(set(A, 1, 0xA));
        xen.run(set(B, 0, rw(A)));
        xen.run(set(C, 0, table(B)));
        xen.run(set(D, 0, table(C)));
        xen.run(set(Guest.E, 0, table(D)));
        assertThat(xen.run(new Pin(4, Guest.E))).isEqualTo(OK);
        assertThat(xen.run(new NewUserBaseptr(Guest.E))).isEqualTo(OK);
        return xen;
    }

    @Test
    void userModeRunsOnItsOwnTables() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = withUserBase(machine);

            assertThat(xen.instruction(user(AccessKind.READ, V))).isEqualTo("access to 5: 0xa");
            assertThat(xen.instruction(read(V))).isEqualTo("access to 4: 0x0");
            assertThat(xen.instruction(user(AccessKind.WRITE, V))).isEqualTo("access to 5: 0xab");
            assertThat(xen.entry(A, 1)).isEqualTo(0xAB);
            assertThat(References.mistakes(xen)).isEmpty();
        }
    }

    @Test
    void aFaultOfUserModeHasTheUserBit() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = withUserBase(machine);

            assertThat(xen.instruction(user(AccessKind.READ, W))).isEqualTo("#PF(4) at 0x1008");
            assertThat(xen.instruction(user(AccessKind.WRITE, W))).isEqualTo("#PF(6) at 0x1008");
            assertThat(xen.instruction(user(AccessKind.EXECUTE, W))).isEqualTo("#PF(20) at 0x1008");
            assertThat(xen.instruction(read(V))).as("back").isEqualTo("access to 4: 0x0");
        }
    }

    @Test
    void oneL4MayBeTheBaseOfBothModes() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = Guest.xen(machine);
            xen.run(new NewUserBaseptr(L4));

            assertThat(xen.instruction(user(AccessKind.READ, V))).isEqualTo("access to 4: 0x0");
        }
    }

    @Test
    void goingToUserModeFlushesTheKernelsTranslationsOnlyWithoutPcids() {
        for (boolean pcid : new boolean[] {false, true}) {
            TestXen xen = withUserBase(Guest.machine().pcid(pcid));
            xen.run(set(L1, 0, ro(A)));

            xen.instruction(user(AccessKind.READ, V));
            xen.instruction(read(V));

            assertThat(xen.accessMay()).isEqualTo(pcid ? "[4, 5]" : "[5]");
        }
    }

    @Test
    void globalTranslationsOfUserPagesSurviveTheWayToTheKernel() {
        TestXen xen = withUserBase(Guest.machine());
        xen.run(set(B, 1, ro(PAGE) & ~Pte.GUEST_KERNEL));
        assertThat(xen.entry(B, 1) & Pte.GLOBAL).as("forced").isNotZero();
        assertThat(xen.instruction(user(AccessKind.READ, W))).isEqualTo("access to 4: 0x0");
        xen.run(set(B, 1, 0));

        xen.instruction(read(W));

        assertThat(xen.accessMay()).as("the kernel may use it").isEqualTo("[4, #PF(4)]");
    }

    @Test
    void othersActWhileUserModeRuns() {
        TestXen xen = withUserBase(Guest.machine(2));
        xen.leave(0).begin(0, user(AccessKind.READ, V));
        assertThat(xen.stage(0)).isEqualTo(Stage.USER);

        xen.run(1, set(B, 0, 0));
        xen.finish(0);

        assertThat(xen.accessMay()).isEqualTo("[5, #PF(4)]");
    }

    @Test
    void aFlushIpiInUserModeReturnsThere() {
        for (Machine.Builder machine :
                List.of(
                        Guest.machine(2),
                        Guest.machine(2).xpti(true),
                        Guest.machine(2).xpti(true).pcid(true))) {
            TestXen xen = withUserBase(machine);
            xen.leave(0).begin(0, user(AccessKind.READ, V));

            xen.run(1, set(C, 0, 0));
            xen.forget();
            xen.finish(0);

            assertThat(xen.accessMay()).isEqualTo("[#PF(4)]");
        }
    }

    @Test
    void f7UserModeWithoutABaseCrashesTheDomain() {
        for (Machine.Builder machine : machines()) {
            TestXen xen = Guest.xen(machine);

            assertThat(xen.instruction(user(AccessKind.READ, V))).isEqualTo("crash");

            assertThat(xen.xen.actions(xen.s, 0, new int[xen.xen.actionCount()])).isZero();
        }
    }
}
