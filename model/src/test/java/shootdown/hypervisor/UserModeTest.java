package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.D;
import static shootdown.hypervisor.Guest.E;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.policy.None;

/**
 * A vCPU that stays in user mode: the ways there and back, and what of the caches survives them
 * (the table of facts B.10, B.12).
 *
 * <p>Of {@code UserMode}, {@code GuestEntry}, {@code CpuState}.
 */
final class UserModeTest {
    private static final shootdown.hardware.VirtualAddress WINDOW = LinearMap.l1Window(V);

    /** A second root E that maps A at V; the kernel's maps PAGE. */
    private static TestXen withUserBase(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine.track(V, WINDOW).allow(new Iret()), new None());
        xen.enter(0);
        xen.run(set(B, 0, rw(A)));
        xen.run(set(C, 0, table(B)));
        xen.run(set(D, 0, table(C)));
        xen.run(set(E, 0, table(D)));
        assertThat(xen.run(new Pin(4, E))).isEqualTo(OK);
        assertThat(xen.run(new NewUserBaseptr(E))).isEqualTo(OK);
        return xen;
    }

    private static TestXen inUserMode(Machine.Builder machine) {
        TestXen xen = withUserBase(machine);
        xen.run(new Iret());
        xen.leave(0);
        return xen.forget();
    }

    private static int pcid(TestXen xen) {
        return ControlRegister.pcid(xen.s[xen.layout.geometry().cr3(0)]);
    }

    private static int root(TestXen xen) {
        return xen.xen.cpus().root(xen.s, 0);
    }

    @ParameterizedTest
    @CsvSource({"false, false, 0, 0", "false, true, 1, 0", "true, false, 0, 0", "true, true, 3, 2"})
    void theGuestRunsOnTheBaseOfItsMode(boolean xpti, boolean pcid, int inUser, int inKernel) {
        TestXen xen = inUserMode(Guest.machine().xpti(xpti).pcid(pcid));

        assertThat(xen.stage(0)).isEqualTo(Stage.GUEST);
        assertThat(xen.mayReach(0, V)).contains(A);
        assertThat(pcid(xen)).isEqualTo(inUser);
        assertThat(root(xen)).isEqualTo(xpti ? xen.layout.rootFrame(0) : E);

        xen.run(new Syscall());

        assertThat(xen.mayReach(0, V)).contains(PAGE);
        assertThat(pcid(xen)).isEqualTo(inKernel);
        assertThat(root(xen)).isEqualTo(xpti ? xen.layout.rootFrame(0) : L4);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theRootCopyIsThatOfTheMode() {
        TestXen xen = inUserMode(Guest.machine().xpti(true));
        int copy = xen.layout.rootFrame(0);
        assertThat(xen.entry(copy, 0)).isEqualTo(xen.entry(E, 0));

        xen.run(new Syscall());

        assertThat(xen.entry(copy, 0)).isEqualTo(xen.entry(L4, 0));
    }

    @Test
    void userModeCannotCallXen() {
        for (boolean xpti : new boolean[] {false, true}) {
            TestXen xen = inUserMode(Guest.machine().xpti(xpti).allow(new Pin(2, L2)));

            assertThat(xen.can(0, xen.xen.switchMode())).isFalse();
            assertThat(xen.canBegin(0, new Pin(2, L2))).isFalse();
            assertThat(xen.canBegin(0, new Iret())).isFalse();
        }
    }

    @Test
    void theKernelCannotDoWhatUserModeDoes() {
        TestXen xen = withUserBase(Guest.machine().allow(new Syscall(), new LdtFault(V)));

        assertThat(xen.canBegin(0, new Syscall())).isFalse();
        assertThat(xen.canBegin(0, new LdtFault(V))).isFalse();
    }

    @Test
    void aMulticallEndsWithTheWayToUserMode() {
        TestXen xen = withUserBase(Guest.machine().allow(new Pin(2, L2)));
        xen.run(new Iret());

        assertThat(xen.stage(0)).isEqualTo(Stage.IDLE);
        assertThat(xen.canBegin(0, new Pin(2, L2))).isFalse();
        assertThat(xen.can(0, xen.xen.switchMode())).isTrue();
    }

    @Test
    void beforeXsa213ItWentOn() {
        TestXen xen =
                withUserBase(
                        Guest.machine()
                                .defect(Defect.CALLS_GO_ON_IN_USER_MODE)
                                .allow(new Pin(2, L2)));
        xen.run(new Iret());

        assertThat(xen.canBegin(0, new Pin(2, L2))).isTrue();
    }

    @Test
    void withoutAUserBaseTheDomainIsCrashed() {
        TestXen xen = Guest.xen(Guest.machine().allow(new Iret()), new None());
        xen.begin(0, new Iret());

        assertThat(xen.log()).contains("crash");
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void onlyPcidsKeepWhatAModeHasCached(boolean xpti, boolean pcid) {
        TestXen xen = inUserMode(Guest.machine().xpti(xpti).pcid(pcid));
        xen.run(new Syscall());
        xen.run(set(B, 0, 0));
        xen.run(new Iret());
        xen.leave(0);

        assertThat(xen.mayReach(0, V).contains(A)).as("stale").isEqualTo(pcid);
    }

    @Test
    void inShadowModeNothingIsKept() {
        TestXen xen = inUserMode(Guest.machine().pcid(true).shadowFilter(true));
        xen.run(new Syscall());
        xen.run(set(B, 0, 0));
        xen.run(new Iret());
        xen.leave(0);

        assertThat(xen.mayReach(0, V)).doesNotContain(A);
    }

    @Test
    void userPagesAreGlobalAndSurviveAChangeOfMode() {
        TestXen xen = withUserBase(Guest.machine());
        xen.run(set(B, 0, ro(A) & ~Pte.GUEST_KERNEL));
        xen.run(new Iret());
        xen.leave(0);

        xen.run(new Syscall());

        assertThat(xen.mayReach(0, V)).containsExactly(PAGE, A);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aNewUserBaseIsInForceAtTheNextToggle(boolean pcid) {
        TestXen xen = inUserMode(Guest.machine().pcid(pcid));
        xen.run(new Syscall());
        xen.run(new NewUserBaseptr(L4));
        xen.run(new Iret());
        xen.leave(0);

        assertThat(root(xen)).isEqualTo(L4);
        assertThat(xen.mayReach(0, V).contains(A))
                .as("what PCID 1 has of the old one: the guest has not flushed")
                .isEqualTo(pcid);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void anLdtFaultReadsThroughTheKernelsTablesAndAsksForNoCopy(boolean xpti, boolean pcid) {
        TestXen xen = inUserMode(Guest.machine().xpti(xpti).pcid(pcid));

        xen.begin(0, new LdtFault(V));

        assertThat(xen.stage(0)).isEqualTo(Stage.FAULT_READ);
        assertThat(root(xen)).isEqualTo(L4);
        assertThat(pcid(xen)).isZero();
        assertThat(xen.mayReach(0, WINDOW)).contains(L1);
        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isFalse();

        xen.finish(0);

        assertThat(xen.stage(0)).isEqualTo(Stage.GUEST);
        assertThat(xen.xen.cpus().inUserMode(xen.s, 0)).isTrue();
        assertThat(xen.mayReach(0, V)).contains(A);
    }

    @Test
    void aFlushIpiFindsUserModeAndReturnsThere() {
        for (boolean xpti : new boolean[] {false, true}) {
            TestXen xen = inUserMode(Guest.machine(2).xpti(xpti));
            xen.run(1, set(B, 0, 0));
            assertThat(xen.mayReach(0, V)).contains(A);

            xen.run(1, new Operation.TlbFlush(new Operation.Scope.All()));

            assertThat(xen.mayReach(0, V)).containsExactly(-1);
            assertThat(xen.xen.cpus().inUserMode(xen.s, 0)).isTrue();
            assertThat(xen.stage(0)).isEqualTo(Stage.GUEST);
        }
    }

    @Test
    void aMachineWithoutUserModeHasNoPcidsForIt() {
        Machine machine = Guest.machine().xpti(true).pcid(true).build();

        assertThat(new Layout(machine).geometry().pcidCount()).isEqualTo(2);
        assertThat(new Layout(machine.toBuilder().allow(new Iret()).build()).geometry().pcidCount())
                .isEqualTo(4);
    }
}
