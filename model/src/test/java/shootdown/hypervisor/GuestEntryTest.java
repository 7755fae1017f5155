package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Final;
import shootdown.policy.None;

/**
 * Entering and leaving Xen: what of the caches survives (the table of facts B.10), and the root
 * copy of XPTI (B.11).
 *
 * <p>Of {@code GuestEntry}.
 */
final class GuestEntryTest {
    private static final shootdown.hardware.VirtualAddress WINDOW = LinearMap.l2Window(V);

    /** In Xen, with a stale linear entry: L3[0] led to L2, and now to A. */
    private static TestXen withStaleEntry(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine.forcedContinuation(false).track(V, WINDOW), new None());
        xen.enter(0);
        xen.run(new Pin(2, L2));
        xen.run(new Pin(2, A));
        xen.run(set(L3, 0, table(A)));
        assertThat(xen.mayReach(0, WINDOW)).containsExactly(L2, A);
        return xen;
    }

    // The table of facts B.10.

    @Test
    void withoutXptiNothingHappensAtTheBoundary() {
        for (boolean pcid : new boolean[] {false, true}) {
            TestXen xen = withStaleEntry(Guest.machine().pcid(pcid));

            assertThat(xen.can(0, xen.xen.switchMode())).isFalse();
            assertThat(xen.mayReach(0, WINDOW)).containsExactly(L2, A);
        }
    }

    @Test
    void xptiWithoutPcidFlushesEverythingOnTheWayOut() {
        TestXen xen = withStaleEntry(Guest.machine().xpti(true));

        xen.leave(0);

        assertThat(xen.cached(0, 0, WINDOW)).as("slot 258 is absent, too").isEmpty();
        assertThat(xen.mayReach(0, V)).as("through A only").containsExactly(-1);
    }

    @Test
    void xptiWithoutPcidFlushesEverythingOnTheWayIn() {
        TestXen xen = withStaleEntry(Guest.machine(2).xpti(true));
        xen.run(1, set(L3, 0, table(L2)));
        xen.leave(0);
        xen.run(1, set(L3, 0, 0));
        assertThat(xen.mayReach(0, V)).as("as a guest").contains(PAGE);

        xen.enter(0);

        assertThat(xen.mayReach(0, V)).containsExactly(-1);
        assertThat(xen.mayReach(0, WINDOW)).containsExactly(-1);
    }

    @Test
    void xptiWithPcidKeepsEverythingUnderItsPcid() {
        TestXen xen = withStaleEntry(Guest.machine().xpti(true).pcid(true));

        xen.leave(0);
        assertThat(xen.cached(0, 0, WINDOW)).containsExactly(L2, A);
        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, WINDOW)).isEmpty();
        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).as("from the first run").contains(PAGE);

        xen.enter(0);
        assertThat(xen.mayReach(0, WINDOW)).containsExactly(L2, A);
        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).contains(PAGE);
    }

    @Test
    void a32BitGuestOnSmepHardwareIsFlushedOnEntry() {
        Machine.Builder machine = Guest.machine().smep(true).forcedContinuation(false);
        TestXen xen = Pv32Guest.xen(machine.track(WINDOW), new None());
        xen.enter(0);
        xen.run(new Pin(2, L2));
        xen.run(set(L3, 0, 0));
        xen.leave(0);
        assertThat(xen.mayReach(0, WINDOW)).as("leaving flushes nothing").contains(L2);

        xen.enter(0);

        assertThat(xen.mayReach(0, WINDOW)).containsExactly(-1);
    }

    @Test
    void a32BitGuestWithoutSmepIsNotFlushed() {
        TestXen xen = Pv32Guest.xen(Guest.machine().track(WINDOW), new None());
        xen.run(new Pin(2, L2));
        xen.run(set(L3, 0, 0));

        assertThat(xen.can(0, xen.xen.switchMode())).isFalse();
        assertThat(xen.mayReach(0, WINDOW)).contains(L2);
    }

    @Test
    void theForcedContinuationFlushesXptiWithoutPcidByTheWay() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true).track(WINDOW), new None());
        xen.run(new Pin(2, L2));
        xen.run(set(L3, 0, table(A)));

        assertThat(xen.mayReach(0, WINDOW)).containsExactly(A);
    }

    // The root copy: facts B.11.

    private static int copy(TestXen xen) {
        return xen.layout.rootFrame(0);
    }

    @Test
    void theGuestRunsOnACopyOfTheGuestSlotsWithoutSlot258() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true));

        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(copy(xen));
        assertThat(xen.entry(copy(xen), 0)).isEqualTo(xen.entry(L4, 0));
        assertThat(xen.entry(copy(xen), LinearMap.SLOT)).isZero();
        xen.enter(0);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(L4);
    }

    @Test
    void theCopyIsMadeAnewOnlyIfRootPgtChanged() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), new None());
        xen.runAndLeave(0, set(L4, 1, table(A)));

        assertThat(xen.log()).contains("leave on CPU 0").doesNotContain("leave on CPU 0, copied");
        assertThat(xen.entry(copy(xen), 1)).isZero();
    }

    @Test
    void anEditOfTheL4InUseUnderFinalSetsRootPgtChanged() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), new Final());
        xen.run(set(L4, 1, table(A)));
        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isTrue();

        xen.leave(0);

        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isFalse();
        assertThat(xen.entry(copy(xen), 1)).isEqualTo(xen.entry(L4, 1));
    }

    @Test
    void editsOfOtherTablesAndGuestFlushesDoNotSetRootPgtChanged() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), new Final());
        xen.run(set(L3, 1, table(A)));
        xen.run(set(L1, 1, rw(B)));
        xen.run(new UpdateVaMappingCall(V, 0, Flush.TLB_FLUSH, new Scope.All()));
        xen.run(new Operation.TlbFlush(new Scope.All()));

        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isFalse();
    }

    @Test
    void loadingABaseSetsRootPgtChanged() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), new None());
        xen.run(new NewBaseptr(L4));

        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 0)).isTrue();
    }

    @Test
    void theFlagOfARemoteCpuInTheGuestIsServedByAnEntryAndANewCopy() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true), new Final());
        xen.enter(0).forget();

        xen.run(0, set(L4, 1, table(A)));

        assertThat(xen.log())
                .containsSubsequence(
                        "enter on CPU 1", "flush POLICY on CPU 1", "leave on CPU 1, copied");
        assertThat(xen.entry(xen.layout.rootFrame(1), 1)).isEqualTo(xen.entry(L4, 1));
        assertThat(xen.stage(1)).isEqualTo(Stage.GUEST);
    }

    @Test
    void theFlagOfARemoteCpuInXenWaitsForItsWayOut() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true), new Final());
        xen.enter(0).enter(1).forget();

        xen.run(0, set(L4, 1, table(A)));

        assertThat(xen.log()).noneMatch(line -> line.startsWith("leave on CPU 1"));
        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 1)).isTrue();
        xen.leave(1);
        assertThat(xen.entry(xen.layout.rootFrame(1), 1)).isEqualTo(xen.entry(L4, 1));
    }

    @Test
    void theCopyItselfFlushesNothingUnderPcid() {
        TestXen xen =
                Guest.xen(
                        Guest.machine().xpti(true).pcid(true).forcedContinuation(false).track(V),
                        new None());
        xen.run(new Pin(3, L3));
        xen.run(set(L4, 0, 0));
        xen.poke(x -> x.xen.cpus().setRootPgtChanged(x.s, 0, true));

        xen.leave(0);

        assertThat(xen.entry(copy(xen), 0)).isZero();
        assertThat(xen.mayReach(0, V)).as("entries of the previous copy").contains(PAGE);
        assertThat(xen.entry(L1, 0)).isEqualTo(rw(PAGE));
    }
}
