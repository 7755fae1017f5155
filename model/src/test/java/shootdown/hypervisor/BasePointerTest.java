package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.policy.None;

/**
 * NEW_BASEPTR and NEW_USER_BASEPTR (facts 6.5, 6.6, B.12).
 *
 * <p>Of {@code MmuExt}, {@code GuestEntry}, {@code CpuState}.
 */
final class BasePointerTest {
    /** A second L4, not validated yet. */
    private static TestXen withSecondL4(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine, new None());
        xen.run(set(A, 0, table(L3)));
        return xen.leave(0).forget();
    }

    @Test
    void aNewBaseIsValidatedOnTheFlyAndTheOldOneDropped() {
        TestXen xen = withSecondL4(Guest.machine());

        assertThat(xen.run(new NewBaseptr(A))).isEqualTo(OK);

        assertThat(xen.xen.cpus().kernelBase(xen.s, 0)).isEqualTo(A);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(A);
        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.typeCount(L4)).as("the pin").isEqualTo(1);
        assertThat(xen.log()).containsSubsequence("validate 5 as 4: 0", "drop 0", "return 0");
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anUnpinnedBaseIsDevalidatedWhenItIsSwitchedAway() {
        TestXen xen = withSecondL4(Guest.machine());
        xen.run(new NewBaseptr(A));

        xen.run(new NewBaseptr(L4));

        assertThat(xen.typeCount(A)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aFailureKeepsTheOldBase() {
        TestXen xen = withSecondL4(Guest.machine());

        assertThat(xen.run(new NewBaseptr(L3))).isEqualTo(EINVAL);

        assertThat(xen.xen.cpus().kernelBase(xen.s, 0)).isEqualTo(L4);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theSameBaseIsOnlyLoadedAgain() {
        TestXen xen = withSecondL4(Guest.machine());

        assertThat(xen.run(new NewBaseptr(L4))).isEqualTo(OK);

        assertThat(xen.typeCount(L4)).isEqualTo(2);
        assertThat(xen.log()).containsExactly("return 0");
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void loadingABaseDropsEverythingAndTicks(boolean xpti, boolean pcid) {
        TestXen xen =
                Guest.xen(
                        Guest.machine()
                                .xpti(xpti)
                                .pcid(pcid)
                                .forcedContinuation(false)
                                .track(V, LinearMap.l2Window(V)),
                        new None());
        xen.enter(0);
        xen.run(new Pin(2, L2));
        xen.run(set(L1, 0, rw(B)));
        xen.run(set(L3, 0, 0));
        xen.run(set(L1, 0, 0));
        assertThat(xen.cached(0, 0, LinearMap.l2Window(V))).contains(L2);
        assertThat(xen.xen.pages().needsFlush(xen.s, B)).isEqualTo(1);

        xen.run(new NewBaseptr(L4));

        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(-1);
        assertThat(xen.cached(0, 0, V)).isEmpty();
        if (xpti && pcid) {
            assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).isEmpty();
        }
        assertThat(xen.xen.pages().needsFlush(xen.s, B)).isZero();
    }

    @Test
    void globalTranslationsGoToo() {
        TestXen xen = Guest.xen(Guest.machine().track(V), new None());
        xen.run(set(L1, 0, table(Guest.PAGE))); // a user page: Xen makes it global
        xen.run(set(L2, 0, 0));
        xen.run(new Operation.Invlpg(Guest.va(0, 0, 0, 1), new Operation.Scope.Local()));
        assertThat(xen.mayReach(0, V)).contains(Guest.PAGE);

        xen.run(new NewBaseptr(L4));

        assertThat(xen.mayReach(0, V)).containsExactly(-1);
    }

    @Test
    void underXptiABaseLoadAsksForANewRootCopy() {
        TestXen xen = withSecondL4(Guest.machine().xpti(true));
        xen.run(new NewBaseptr(A));

        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isTrue();
        xen.leave(0);
        assertThat(xen.entry(xen.layout.rootFrame(0), 0)).isEqualTo(table(L3));
    }

    @Test
    void theUserBaseIsNotAffected() {
        TestXen xen = withSecondL4(Guest.machine());
        xen.run(new NewUserBaseptr(L4));

        xen.run(new NewBaseptr(A));

        assertThat(xen.xen.cpus().userBase(xen.s, 0)).isEqualTo(L4);
        assertThat(xen.typeCount(L4)).as("pin and user base").isEqualTo(2);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aNewUserBaseFlushesNothing() {
        TestXen xen = withSecondL4(Guest.machine().track(V));
        xen.run(new Pin(2, L2));
        xen.run(new Pin(4, A));
        xen.run(set(L3, 0, 0));
        xen.forget();

        assertThat(xen.run(new NewUserBaseptr(A))).isEqualTo(OK);

        assertThat(xen.flushes()).isEmpty();
        assertThat(xen.mayReach(0, V)).contains(Guest.PAGE);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void replacingAUserBaseDropsTheOldOne() {
        TestXen xen = withSecondL4(Guest.machine());
        xen.run(new NewUserBaseptr(A));

        assertThat(xen.run(new NewUserBaseptr(L4))).isEqualTo(OK);
        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.run(new NewUserBaseptr(-1))).isEqualTo(OK);
        assertThat(xen.xen.cpus().userBase(xen.s, 0)).isEqualTo(-1);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void a32BitGuestLoadsAnL3AndHasNoUserBase() {
        TestXen xen = Pv32Guest.xen();
        xen.run(set(A, 0, table(L2)));

        assertThat(xen.run(new NewBaseptr(L2))).isEqualTo(EINVAL);
        assertThat(xen.run(new NewBaseptr(A))).isEqualTo(OK);
        assertThat(xen.run(new NewUserBaseptr(A))).isEqualTo(EINVAL);

        int monitor = xen.layout.rootFrame(0);
        assertThat(shootdown.hardware.Pte.mfn(xen.entry(monitor, 0))).isEqualTo(A);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(monitor);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void pinningAnL4DoesNothingForA32BitGuest() {
        TestXen xen = Pv32Guest.xen();

        assertThat(xen.run(new Pin(4, A))).isEqualTo(OK);

        assertThat(xen.pinned(A)).isFalse();
        assertThat(xen.run(new Unpin(A))).isEqualTo(EINVAL);
    }
}
