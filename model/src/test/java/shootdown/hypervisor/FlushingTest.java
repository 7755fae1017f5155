package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.policy.Final;
import shootdown.policy.None;

import java.util.List;

/**
 * Flush IPIs (facts B.6), the flushes that a guest asks for (5.2, 6.7), and the rows of C.10: which
 * CPU executes which flags under {@code final}.
 *
 * <p>Of {@code Flushing}, {@code FlushLocal}, {@code GuestFlush}, {@code Domain}.
 */
final class FlushingTest {
    private static final Operation L2_EDIT = set(L2, 1, table(L1));
    private static final Operation L3_EDIT = set(L3, 1, table(L2));

    // Flush IPIs.

    @Test
    void theLocalPartComesFirstAndEachHandlerIsAStep() {
        TestXen xen = Guest.xen(Guest.machine(3));
        xen.begin(0, L3_EDIT);
        assertThat(xen.ready(0)).isEqualTo(0b001);

        xen.serve(0, 0);
        assertThat(xen.ready(0)).isEqualTo(0b110);
        assertThat(xen.stage(0)).isEqualTo(Stage.FLUSHING);

        xen.serve(0, 2);
        assertThat(xen.stage(0)).as("it waits for all").isEqualTo(Stage.FLUSHING);
        xen.serve(0, 1);
        assertThat(xen.log()).endsWith("flush POLICY on CPU 1", "return 0");
    }

    @Test
    void oneInitiatorAtATimeHoldsTheFlushLock() {
        TestXen xen = Guest.xen(Guest.machine(3));
        xen.begin(0, L3_EDIT).serve(0, 0);
        xen.begin(1, L2_EDIT).serve(1, 1);
        assertThat(xen.ready(0)).as("neither has begun").isEqualTo(0b110);
        assertThat(xen.ready(1)).isEqualTo(0b101);

        xen.serve(0, 2);

        assertThat(xen.ready(0)).isEqualTo(0b010);
        assertThat(xen.ready(1)).as("the lock is taken").isZero();
        xen.serve(0, 1); // which itself waits, and serves
        assertThat(xen.code(0)).isEqualTo(OK);
        assertThat(xen.ready(1)).isEqualTo(0b101);
        assertThat(xen.finish(1)).isEqualTo(OK);
    }

    @Test
    void theLocalPartNeedsNoLock() {
        TestXen xen = Guest.xen(Guest.machine(3));
        xen.begin(0, L3_EDIT).serve(0, 0).serve(0, 1);
        xen.begin(2, L2_EDIT);

        assertThat(xen.ready(2)).isEqualTo(0b100);
    }

    @Test
    void aHandlerOnACpuInTheGuestEntersAndLeaves() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true));
        xen.enter(0).forget();
        xen.run(0, L3_EDIT);

        assertThat(xen.log())
                .containsExactly(
                        "flush POLICY on CPU 0",
                        "enter on CPU 1",
                        "flush POLICY on CPU 1",
                        "leave on CPU 1",
                        "return 0");
    }

    @Test
    void aHandlerOnACpuInXenOnlyFlushes() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true));
        xen.enter(0).enter(1).forget();
        xen.run(0, L3_EDIT);

        assertThat(xen.log())
                .containsExactly("flush POLICY on CPU 0", "flush POLICY on CPU 1", "return 0");
    }

    @Test
    void aHandlerRunsInTheInstantOfAContinuationToo() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true));
        xen.run(1, new Pin(2, B));
        xen.enter(0).begin(0, set(L3, 0, 0)).stepTo(0, Stage.CONTINUATION_GUEST);
        xen.forget();

        xen.run(1, L3_EDIT);

        assertThat(xen.log()).containsSubsequence("enter on CPU 0", "leave on CPU 0");
        assertThat(xen.stage(0)).isEqualTo(Stage.CONTINUATION_GUEST);
        assertThat(xen.finish(0)).isEqualTo(OK);
    }

    @Test
    void aCpuOutsideTheDirtyMaskIsLeftAlone() {
        TestXen xen = Guest.xen(Guest.machine(3));
        xen.poke(x -> Domain.setDirtyMask(x.s, Layout.DOMAIN, 0b101));

        xen.run(0, L3_EDIT);

        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("0 TLB", "2 TLB");
    }

    @Test
    void aLocalCpuOutsideTheDirtyMaskIsLeftAloneToo() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.poke(x -> Domain.setDirtyMask(x.s, Layout.DOMAIN, 0b10));

        xen.run(0, L3_EDIT);

        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("1 TLB");
    }

    // What the guest asks for.

    @Test
    void tlbFlushReachesTheCpusOfItsScope() {
        TestXen xen = Guest.xen(Guest.machine(3), new None());

        xen.run(1, new TlbFlush(new Scope.Local()));
        xen.run(1, new TlbFlush(new Scope.All()));
        xen.run(1, new TlbFlush(new Scope.Multi(0b101)));

        assertThat(xen.flushes(FlushSource.GUEST))
                .containsExactly("1 TLB", "1 TLB", "0 TLB", "2 TLB", "0 TLB", "2 TLB");
        assertThat(xen.flushes()).allMatch(flush -> flush.address() == -1);
    }

    @Test
    void aScopeWithoutVcpusFlushesNobody() {
        TestXen xen = Guest.xen(Guest.machine(2), new None());

        assertThat(xen.run(0, new TlbFlush(new Scope.Multi(0b100)))).isEqualTo(OK);

        assertThat(xen.flushes()).isEmpty();
    }

    @Test
    void invlpgReachesTheCpusOfItsScopeForOneAddress() {
        TestXen xen = Guest.xen(Guest.machine(2), new None());

        xen.run(0, new Invlpg(V, new Scope.All()));

        int v = xen.layout.geometry().keys().indexOf(V);
        assertThat(xen.flushes())
                .hasSize(2)
                .allMatch(flush -> flush.address() == v && flush.source() == FlushSource.GUEST);
    }

    /** Stale: the page of V, through an L2 that L3[0] no longer names, and its linear entry. */
    private static TestXen withStaleEntries(Machine.Builder machine) {
        TestXen xen =
                Guest.xen(
                        machine.forcedContinuation(false).track(V, LinearMap.l2Window(V)),
                        new None());
        xen.enter(0);
        xen.run(new Pin(2, L2));
        xen.run(set(L3, 0, 0));
        return xen;
    }

    @Test
    void invlpgDropsTheAddressButNotItsLinearWindow() {
        for (boolean pcid : new boolean[] {false, true}) {
            TestXen xen = withStaleEntries(Guest.machine().pcid(pcid));
            xen.run(new Invlpg(V, new Scope.Local()));

            assertThat(xen.mayReach(0, V)).containsExactly(-1);
            assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(-1, L2);
        }
    }

    @Test
    void invlpgLocalDoesReachTheLinearWindowIfTheGuestNamesIt() {
        TestXen xen = withStaleEntries(Guest.machine());

        xen.run(new Invlpg(LinearMap.l2Window(V), new Scope.Local()));

        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(-1);
    }

    @Test
    void underPcidInvlpgReachesTheGuestsPcidToo() {
        TestXen xen = withStaleEntries(Guest.machine().xpti(true).pcid(true));
        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).isNotEmpty();

        xen.run(new Invlpg(V, new Scope.Local()));

        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).isEmpty();
        assertThat(xen.cached(0, 0, V)).isEmpty();
    }

    @Test
    void aFullFlushLeavesNothingUnderAnyPcid() {
        TestXen xen = withStaleEntries(Guest.machine().xpti(true).pcid(true));

        xen.run(new TlbFlush(new Scope.Local()));

        assertThat(xen.cached(0, GuestEntry.PCID_XPTI, V)).isEmpty();
        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(-1);
    }

    // C.10: which CPU executes which flags under final.

    private static List<String> underFinal(
            boolean xpti, List<Operation> before, Operation... requests) {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(xpti).batches(true), new Final());
        for (Operation operation : before) {
            assertThat(xen.run(operation)).isEqualTo(OK);
        }
        xen.forget();
        assertThat(xen.batch(0, requests)).isEqualTo(OK);
        return xen.flushes(FlushSource.POLICY);
    }

    private static List<String> underFinal(boolean xpti, Operation... requests) {
        return underFinal(xpti, List.of(), requests);
    }

    @Test
    void anL1UpdateFlushesNobody() {
        assertThat(underFinal(true, set(L1, 0, 0))).isEmpty();
    }

    @Test
    void anL2OrL3UpdateFlushesBoth() {
        assertThat(underFinal(false, set(L2, 1, table(A)))).containsExactly("0 TLB", "1 TLB");
        assertThat(underFinal(true, L3_EDIT)).containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void anL4UpdateWithoutXptiFlushesBoth() {
        assertThat(underFinal(false, set(L4, 1, table(A)))).containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void anXptiL4InUseHereAndThereSyncsBoth() {
        assertThat(underFinal(true, set(L4, 1, table(A))))
                .containsExactly("0 TLB|ROOT_PGTBL", "1 TLB|ROOT_PGTBL");
    }

    @Test
    void anXptiL4InUseHereOnlySyncsHere() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true), new Final());
        xen.run(1, set(A, 0, table(L3)));
        xen.run(1, new NewBaseptr(A));
        xen.forget();

        xen.run(0, set(L4, 1, table(B)));

        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("0 TLB|ROOT_PGTBL", "1 TLB");
    }

    @Test
    void anXptiL4InUseThereOnlySyncsThere() {
        TestXen xen = Guest.xen(Guest.machine(2).xpti(true), new Final());
        xen.run(0, set(A, 0, table(L3)));
        xen.run(0, new NewBaseptr(A));
        xen.forget();

        xen.run(0, set(L4, 1, table(B)));

        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("0 TLB", "1 TLB|ROOT_PGTBL");
    }

    @Test
    void anXptiL4ThatNobodyUsesSyncsNobody() {
        assertThat(underFinal(true, List.of(new Pin(4, A)), set(A, 1, table(L3))))
                .containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void anXptiL4ThatIsOnlyThisVcpusUserBaseSyncsNobody() {
        assertThat(underFinal(true, List.of(new NewUserBaseptr(A)), set(A, 1, table(L3))))
                .containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void aBatchUnitesItsFlags() {
        assertThat(underFinal(true, set(L2, 1, table(A)), set(L4, 1, table(B))))
                .containsExactly("0 TLB|ROOT_PGTBL", "1 TLB|ROOT_PGTBL");
        assertThat(underFinal(true, set(L1, 0, 0), L3_EDIT)).containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void aFastPathUpdateFlushesLikeAFullOne() {
        assertThat(underFinal(true, set(L4, 0, table(L3))))
                .containsExactly("0 TLB|ROOT_PGTBL", "1 TLB|ROOT_PGTBL");
    }

    @Test
    void aFailingBatchFlushesForWhatItDidBefore() {
        TestXen xen = Guest.xen(Guest.machine(2).batches(true), new Final());

        assertThat(xen.batch(0, L3_EDIT, set(L4, LinearMap.SLOT, 0))).isEqualTo(Errno.EINVAL);

        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("0 TLB", "1 TLB");
    }
}
