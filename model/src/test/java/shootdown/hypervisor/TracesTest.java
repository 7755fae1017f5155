package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.AtExit;
import shootdown.policy.Draft;
import shootdown.policy.Final;
import shootdown.policy.InUseOnly;
import shootdown.policy.LocalOnly;
import shootdown.policy.Policy;
import shootdown.policy.SyncGuest;
import shootdown.policy.V1;

/**
 * The traces of facts F.3, step by step: each goes wrong under the policy named there, and not
 * under {@code final}.
 *
 * <p>Not expressible: T4 and T14 (emulation and software walks), T9 (a stamp that is not atomic),
 * T10 and T11 (several domains, user mode), T12 (three domains).
 *
 * <p>Of {@code GuestAccess}, {@code Hypervisor}.
 */
final class TracesTest {
    private static final Scope HERE = new Scope.Local();
    private static final UpdateVaMappingCall UVA =
            new UpdateVaMappingCall(V, rw(B), Flush.NONE, HERE);
    private static final UpdateVaMappingCall UNMAP =
            new UpdateVaMappingCall(V, 0, Flush.NONE, HERE);
    private static final VirtualAddress WINDOW = LinearMap.l2Window(V);

    /** A: a second L2, with an L1 of its own below. */
    private static TestXen withSecondChain(TestXen xen) {
        xen.enter(0);
        assertThat(xen.run(set(A, 0, table(8)))).isEqualTo(OK);
        assertThat(xen.run(new Pin(2, A))).isEqualTo(OK);
        assertThat(xen.run(new Pin(2, L2))).isEqualTo(OK);
        return xen;
    }

    private static TestXen t1(Machine.Builder machine, Policy policy) {
        TestXen xen = withSecondChain(Guest.xen(machine.track(WINDOW), policy));
        xen.run(UVA);
        xen.run(new Invlpg(V, HERE));
        xen.run(set(L3, 0, table(A)));
        return xen;
    }

    @Test
    void t1AnL3EditIsMissedByTheNextUpdateVaMapping() {
        TestXen xen = t1(Guest.machine(), new SyncGuest());
        assertThat(xen.answer(0).run(UNMAP)).isEqualTo(OK);
        assertThat(xen.entry(L1, 0)).as("the L1 of the old chain").isZero();

        assertThat(t1(Guest.machine(), new Final()).mayReach(0, WINDOW)).containsExactly(A);
    }

    @Test
    void t1UnderXptiWithPcidToo() {
        assertThat(t1(Guest.machine().xpti(true).pcid(true), new SyncGuest()).mayReach(0, WINDOW))
                .containsExactly(L2, A);
        assertThat(t1(Guest.machine().xpti(true).pcid(true), new Final()).mayReach(0, WINDOW))
                .containsExactly(A);
    }

    @Test
    void t1DoesNotWorkUnderXptiWithoutPcidBecauseOfTheForcedContinuation() {
        assertThat(t1(Guest.machine().xpti(true), new SyncGuest()).mayReach(0, WINDOW))
                .containsExactly(A);
    }

    private static TestXen t2(Policy policy) {
        TestXen xen = withSecondChain(Pv32Guest.xen(Guest.machine().track(WINDOW), policy));
        xen.run(UVA);
        xen.run(set(L3, 0, table(A)));
        return xen;
    }

    @Test
    void t2TheSameForA32BitGuest() {
        TestXen xen = t2(new SyncGuest());
        assertThat(xen.answer(0).run(UNMAP)).isEqualTo(OK);
        assertThat(xen.entry(L1, 0)).isZero();

        assertThat(t2(new Final()).mayReach(0, WINDOW)).containsExactly(A);
    }

    private static TestXen t3(Machine.Builder machine, Policy policy) {
        TestXen xen = withSecondChain(Guest.xen(machine.cpus(2).track(WINDOW), policy));
        xen.run(1, UVA);
        assertThat(xen.run(0, set(L3, 0, table(A)))).isEqualTo(OK);
        return xen;
    }

    @Test
    void t3AnotherCpuKeepsItsLinearEntryWithinOneMulticall() {
        TestXen xen = t3(Guest.machine().xpti(true), new LocalOnly());
        assertThat(xen.answer(0).run(1, UNMAP)).isEqualTo(OK);
        assertThat(xen.entry(L1, 0)).isZero();

        assertThat(t3(Guest.machine().xpti(true), new Final()).mayReach(1, WINDOW))
                .containsExactly(A);
        assertThat(t3(Guest.machine(), new SyncGuest()).mayReach(1, WINDOW)).containsExactly(L2, A);
    }

    private static TestXen t5(Policy policy) {
        VirtualAddress window = LinearMap.l1Window(va(1, 0, 0, 0));
        TestXen xen = withSecondChain(Guest.xen(Guest.machine().track(window), policy));
        xen.run(set(B, 0, table(L3)));
        xen.run(new Pin(4, B));
        xen.run(set(L4, 1, ro(B)));
        xen.run(new Pin(3, L3));
        assertThat(xen.mayReach(0, window)).contains(L2);
        xen.run(set(B, 0, 0));
        return xen;
    }

    @Test
    void t5AnL4ThatHangsBelowTheLoadedOneIsEdited() {
        VirtualAddress window = LinearMap.l1Window(va(1, 0, 0, 0));

        assertThat(t5(new InUseOnly()).mayReach(0, window)).contains(L2);
        assertThat(t5(new Final()).mayReach(0, window)).containsExactly(-1);
    }

    private static long copiedEntryAfterT6(Policy policy) {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), policy);
        xen.runAndLeave(0, set(L4, 1, table(A)));
        return xen.entry(xen.layout.rootFrame(0), 1);
    }

    @Test
    void t6ANewL4EntryIsNotInTheRootCopy() {
        assertThat(copiedEntryAfterT6(new Draft())).isZero();
        assertThat(copiedEntryAfterT6(new Final())).isEqualTo(table(A));
    }

    private static TestXen t7(Policy policy) {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true), policy);
        xen.runAndLeave(0, set(L4, 1, table(A)));
        xen.poke(x -> x.xen.cpus().setRootPgtChanged(x.s, 1, true));
        xen.enter(1).leave(1);
        assertThat(xen.entry(xen.layout.rootFrame(1), 1)).isEqualTo(table(A));
        assertThat(xen.run(0, set(L4, 1, 0))).isEqualTo(OK);
        assertThat(xen.run(0, set(L1, 1, rw(A)))).isEqualTo(OK);
        assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_WRITABLE);
        return xen;
    }

    @Test
    void t7ARootCopyStillNamesATableThatHasBecomeData() {
        TestXen xen = t7(new LocalOnly());
        assertThat(xen.flushes(Observer.FlushSource.TYPE_CHANGE)).contains("1 TLB");
        assertThat(Pte.mfn(xen.entry(xen.layout.rootFrame(1), 1))).isEqualTo(A);

        TestXen sound = t7(new Final());
        assertThat(sound.entry(sound.layout.rootFrame(1), 1)).isZero();
    }

    private static final GuestWrite STORE = new GuestWrite(va(0, 0, 0, 1), 0, 0x5000);

    private static TestXen t8(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine.cpus(2).allow(STORE), new Final());
        xen.run(1, set(L1, 1, rw(A)));
        xen.run(1, set(L1, 1, 0));
        xen.begin(0, new Pin(1, A));
        xen.serve(0, 0).serve(0, 1);
        return xen;
    }

    private static boolean mayWrite(TestXen xen, int cpu, int mfn) {
        Geometry geometry = xen.layout.geometry();
        int leaf = geometry.keys().leaf(geometry.keys().indexOf(STORE.va()));
        return Geometry.contains(xen.s, geometry.writable(cpu, 0, leaf), mfn);
    }

    @Test
    void t8APageIsWrittenBetweenTheFlushAndThePublication() {
        TestXen xen = t8(Guest.machine().defect(Defect.FLUSH_BEFORE_PUBLISH));
        assertThat(xen.run(1, set(L1, 1, rw(A)))).isEqualTo(OK);
        xen.begin(1, STORE);
        assertThat(xen.run(1, set(L1, 1, 0))).isEqualTo(OK);
        xen.poke(x -> x.s[x.layout.geometry().entry(A, 0)] = 0);
        assertThat(xen.finish(0)).isEqualTo(OK);
        assertThat(mayWrite(xen, 1, A)).as("CPU 1 may write the L1 table").isTrue();

        TestXen sound = t8(Guest.machine());
        assertThat(sound.run(1, set(L1, 1, rw(A)))).isEqualTo(EBUSY);
        assertThat(sound.finish(0)).isEqualTo(OK);
        assertThat(mayWrite(sound, 1, A)).isFalse();
    }

    private static TestXen t13(Policy policy) {
        TestXen xen =
                withSecondChain(
                        Guest.xen(
                                Guest.machine().xpti(true).forcedContinuation(false).track(WINDOW),
                                policy));
        xen.leave(0).enter(0);
        xen.run(UVA);
        xen.run(set(L3, 0, table(A)));
        return xen;
    }

    @Test
    void t13AFlushAtExitIsTooLateInsideAMulticall() {
        assertThat(t13(new AtExit()).mayReach(0, WINDOW)).containsExactly(L2, A);
        assertThat(t13(new Final()).mayReach(0, WINDOW)).containsExactly(A);
        TestXen left = t13(new AtExit()).leave(0).enter(0);
        assertThat(left.mayReach(0, WINDOW)).containsExactly(A);
    }

    private static TestXen t15(boolean guestMayGlobal, boolean sparesGlobal, Policy policy) {
        VirtualAddress window = LinearMap.l1Window(V);
        Machine.Builder machine =
                Guest.machine()
                        .guestMayGlobal(guestMayGlobal)
                        .flushTlbSparesGlobal(sparesGlobal)
                        .track(window);
        TestXen xen = Guest.xen(machine, policy);
        xen.run(new Pin(1, L1));
        xen.run(new Pin(1, A));
        xen.run(set(L2, 0, table(L1) | (guestMayGlobal ? Pte.GLOBAL : 0)));
        xen.run(set(L2, 0, table(A)));
        return xen;
    }

    @Test
    void t15AGlobalLinearEntrySurvivesAFlushThatSparesGlobals() {
        VirtualAddress window = LinearMap.l1Window(V);

        assertThat(t15(true, true, new Final()).mayReach(0, window)).containsExactly(L1, A);
        assertThat(t15(false, true, new Final()).mayReach(0, window)).containsExactly(A);
        assertThat(t15(true, false, new Final()).mayReach(0, window)).containsExactly(A);
        assertThat(t15(true, true, new V1()).mayReach(0, window)).containsExactly(A);
    }
}
