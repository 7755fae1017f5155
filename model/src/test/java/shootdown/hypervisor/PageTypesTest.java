package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
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
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_NONE;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.policy.None;

/**
 * Who holds references, what conflicts, and the flush on a type change (facts 1.5 to 1.10).
 *
 * <p>Of {@code PageTypes}, {@code EntryReferences}, {@code PageInfo}.
 */
final class PageTypesTest {
    // Who holds references: facts 1.5.

    @Test
    void aFreshFrameHasTheReferenceOfItsAllocationOnly() {
        TestXen xen = Guest.xen();

        assertThat(xen.refs(A)).isEqualTo(1);
        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.type(A)).isEqualTo(TYPE_NONE);
    }

    @Test
    void aReadOnlyL1EntryHoldsAGeneralReferenceOnly() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(set(L1, 1, ro(A)))).isEqualTo(OK);

        assertThat(xen.refs(A)).isEqualTo(2);
        assertThat(xen.typeCount(A)).isZero();
    }

    @Test
    void aWritableL1EntryHoldsAGeneralAndAWritableReference() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(set(L1, 1, rw(A)))).isEqualTo(OK);

        assertThat(xen.refs(A)).isEqualTo(2);
        assertThat(xen.type(A)).isEqualTo(TYPE_WRITABLE);
        assertThat(xen.typeCount(A)).isEqualTo(1);
    }

    @Test
    void anUpperEntryHoldsAGeneralAndATypeReferenceOnTheTableBelow() {
        TestXen xen = Guest.xen();

        assertThat(xen.refs(L2)).isEqualTo(2);
        assertThat(xen.typeCount(L2)).isEqualTo(1);
    }

    @Test
    void twoEntriesForOneChildCountTwice() {
        TestXen xen = Guest.xen();

        xen.run(set(L2, 1, table(L1)));

        assertThat(xen.refs(L1)).isEqualTo(3);
        assertThat(xen.typeCount(L1)).isEqualTo(2);
    }

    @Test
    void aPinHoldsOneOfEach() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new Pin(1, L1))).isEqualTo(OK);

        assertThat(xen.refs(L1)).isEqualTo(3);
        assertThat(xen.typeCount(L1)).isEqualTo(2);
        assertThat(xen.pinned(L1)).isTrue();
    }

    @Test
    void eachVcpusKernelBaseHoldsOneOfEach() {
        TestXen xen = Guest.xen(Guest.machine(3));

        assertThat(xen.refs(L4)).isEqualTo(1 + 1 + 3);
        assertThat(xen.typeCount(L4)).isEqualTo(1 + 3);
    }

    @Test
    void theUserBaseHoldsOneOfEachEvenIfItIsTheKernelBase() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new NewUserBaseptr(L4))).isEqualTo(OK);

        assertThat(xen.typeCount(L4)).isEqualTo(3);
        assertThat(xen.refs(L4)).isEqualTo(4);
    }

    @Test
    void aTableWithTypeCountZeroHoldsNothingForItsContents() {
        TestXen xen = Guest.xen();

        xen.run(set(L2, 0, 0));

        assertThat(xen.typeCount(L1)).isZero();
        assertThat(xen.refs(PAGE)).isEqualTo(1);
        assertThat(xen.typeCount(PAGE)).isZero();
        assertThat(xen.entry(L1, 0)).as("contents stay").isNotZero();
    }

    @Test
    void losingTheLastReferenceDevalidatesTheWholeSubtree() {
        TestXen xen = Guest.xen();

        xen.run(set(L4, 0, 0));

        for (int mfn : new int[] {L3, L2, L1, PAGE}) {
            assertThat(xen.typeCount(mfn)).as("type count of %d", mfn).isZero();
            assertThat(xen.refs(mfn)).as("references of %d", mfn).isEqualTo(1);
        }
        assertThat(xen.validated(L3)).isFalse();
    }

    // Types: facts 1.6, 1.7, 1.10.

    @Test
    void theTypeStaysAsALeftoverWhenTheCountDropsToZero() {
        TestXen xen = Guest.xen();

        xen.run(set(L2, 0, 0));

        assertThat(xen.type(L1)).isEqualTo(TYPE_L1);
        assertThat(xen.validated(L1)).isFalse();
    }

    @Test
    void aWritablePageStaysValidatedWhenItsCountDropsToZero() {
        TestXen xen = Guest.xen();

        xen.run(set(L1, 0, 0));

        assertThat(xen.type(PAGE)).isEqualTo(TYPE_WRITABLE);
        assertThat(xen.typeCount(PAGE)).isZero();
        assertThat(xen.validated(PAGE)).isTrue();
    }

    @Test
    void aLeftoverTypeGivesWayToAnyOther() {
        TestXen xen = Guest.xen();
        xen.run(set(L2, 0, 0));

        xen.run(set(L1, 0, 0));
        for (int level = 2; level <= 4; level++) {
            assertThat(xen.run(new Pin(level, L1))).isEqualTo(OK);
            assertThat(xen.type(L1)).isEqualTo(level);
            assertThat(xen.run(new Unpin(L1))).isEqualTo(OK);
        }
    }

    @Test
    void anotherTypeIsRefusedWhileTheCountIsAboveZero() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new Pin(2, L1))).isEqualTo(EINVAL);
        assertThat(xen.run(new Pin(1, PAGE))).isEqualTo(EINVAL);
        assertThat(xen.run(set(L2, 1, table(PAGE)))).isEqualTo(EINVAL);
        assertThat(xen.run(set(L1, 1, rw(L2)))).isEqualTo(EBUSY);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aLeftoverTableIsValidatedAgainWithoutAFlush() {
        TestXen xen = Guest.xen();
        xen.run(set(L2, 0, 0));
        xen.forget();

        assertThat(xen.run(set(L2, 1, table(L1)))).isEqualTo(OK);

        assertThat(xen.log()).contains("validate 3 as 1: 0");
        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).isEmpty();
        assertThat(xen.typeCount(PAGE)).isEqualTo(1);
    }

    @Test
    void aLeftoverTableWhoseContentsWentBadIsRefused() {
        TestXen xen = Guest.xen();
        xen.run(set(L2, 0, 0));
        xen.poke(x -> x.s[x.layout.geometry().entry(L1, 1)] = rw(L2));

        assertThat(xen.run(set(L2, 0, table(L1)))).isEqualTo(EBUSY);

        assertThat(xen.type(L1)).as("no type at all").isEqualTo(TYPE_NONE);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void pinnedIsIndependentOfTheCountAndClearedByUnpinOnly() {
        TestXen xen = Guest.xen();
        xen.run(new Pin(1, L1));
        xen.run(set(L2, 0, 0));

        assertThat(xen.pinned(L1)).isTrue();
        assertThat(xen.typeCount(L1)).isEqualTo(1);

        assertThat(xen.run(new Unpin(L1))).isEqualTo(OK);
        assertThat(xen.typeCount(L1)).isZero();
        assertThat(xen.typeCount(PAGE)).isZero();
    }

    // The page lock: facts 1.8.

    @Test
    void thePageLockAddsOneToTheTypeCount() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(set(L1, 0, 0));
        xen.run(set(A, 0, 0)); // retypes A to writable, and flushes nobody afterwards
        xen.begin(0, set(L1, 1, rw(B)));

        assertThat(xen.stage(0)).isEqualTo(Stage.TYPE_VALIDATE);
        assertThat(xen.xen.pages().locked(xen.s, L1)).isTrue();
        assertThat(xen.typeCount(L1)).isEqualTo(2);

        xen.finish(0);
        assertThat(xen.typeCount(L1)).isEqualTo(1);
        assertThat(xen.xen.pages().locked(xen.s, L1)).isFalse();
    }

    @Test
    void aTableWithoutReferencesCannotBeLocked() {
        TestXen xen = Guest.xen();
        xen.run(set(L2, 0, 0));

        assertThat(xen.run(set(L1, 1, 0x1000))).isEqualTo(OK);

        assertThat(xen.type(L1)).as("a raw store retypes it").isEqualTo(TYPE_WRITABLE);
    }

    @Test
    void anotherCpuWaitsForTheLock() {
        TestXen xen = Guest.xen(Guest.machine(2));
        Operation other = set(L1, 0, 0);
        xen.run(other);
        xen.begin(0, set(L1, 1, rw(B)));

        assertThat(xen.canBegin(1, other)).isFalse();

        xen.finish(0);
        assertThat(xen.canBegin(1, other)).isTrue();
    }

    @Test
    void droppingTheLastButOneReferenceWaitsForTheLock() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(set(L1, 0, 0));
        xen.begin(0, set(L1, 1, rw(B)));
        xen.begin(1, set(L2, 0, 0)).stepTo(1, Stage.DROP);

        assertThat(xen.canGoOn(1)).isFalse();

        xen.finish(0);
        xen.finish(1);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    // The clock and the flush on a type change: facts 1.9.

    private static TestXen afterUseAsWritable() {
        TestXen xen = Guest.xen(Guest.machine(2), new None());
        xen.run(set(L1, 1, rw(A)));
        xen.run(set(L1, 1, 0));
        return xen.forget();
    }

    @Test
    void aFrameWhoseCountDropsToZeroIsStampedForEveryCpu() {
        TestXen xen = afterUseAsWritable();

        assertThat(xen.xen.pages().needsFlush(xen.s, A)).isEqualTo(0b11);
    }

    @Test
    void aTypeChangeFlushesEveryDirtyCpuThatHasNotFlushedSince() {
        TestXen xen = afterUseAsWritable();

        assertThat(xen.run(set(L2, 1, table(A)))).isEqualTo(OK);

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).containsExactly("0 TLB", "1 TLB");
        assertThat(xen.log().indexOf("publish 5 as 1"))
                .isLessThan(xen.log().indexOf("flush TYPE_CHANGE on CPU 0"));
        assertThat(xen.log().indexOf("flush TYPE_CHANGE on CPU 1"))
                .isLessThan(xen.log().indexOf("validate 5 as 1: 0"));
    }

    @Test
    void aFullFlushClearsACpusColumn() {
        TestXen xen = afterUseAsWritable();
        xen.run(1, new TlbFlush(new Scope.Local()));
        xen.forget();

        xen.run(set(L2, 1, table(A)));

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).containsExactly("0 TLB");
    }

    @Test
    void loadingABasePointerClearsACpusColumn() {
        TestXen xen = afterUseAsWritable();
        xen.run(0, new NewBaseptr(L4));
        xen.forget();

        xen.run(set(L2, 1, table(A)));

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).containsExactly("1 TLB");
    }

    @Test
    void invlpgDoesNotTickTheClock() {
        TestXen xen = afterUseAsWritable();

        xen.run(new Invlpg(V, new Scope.All()));

        assertThat(xen.xen.pages().needsFlush(xen.s, A)).isEqualTo(0b11);
    }

    @Test
    void theCr3WritesOfXptiDoNotTickTheClock() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true), new None());
        xen.run(set(L1, 1, rw(A)));
        xen.run(set(L1, 1, 0));
        xen.leave(0).enter(0);

        assertThat(xen.xen.pages().needsFlush(xen.s, A)).isEqualTo(0b1);
    }

    @Test
    void theFlushOfTheFirstTypeChangeIsEnoughForTheSecond() {
        TestXen xen = afterUseAsWritable();
        xen.run(set(L2, 1, table(A)));
        assertThat(xen.xen.pages().needsFlush(xen.s, A)).as("while in use").isZero();
        xen.run(set(L2, 1, 0));

        assertThat(xen.xen.pages().needsFlush(xen.s, A)).as("stamped anew").isEqualTo(0b11);
    }

    @Test
    void everyFrameStampedBeforeAFlushIsServedByIt() {
        TestXen xen = Guest.xen(Guest.machine(2), new None());
        for (int mfn : new int[] {A, B, C}) {
            xen.run(set(L1, 1, rw(mfn)));
        }
        xen.run(set(L1, 1, 0));
        xen.run(1, new TlbFlush(new Scope.Local()));

        for (int mfn : new int[] {A, B, C}) {
            assertThat(xen.xen.pages().needsFlush(xen.s, mfn)).as("%d", mfn).isEqualTo(0b01);
        }
    }

    @Test
    void aTypeChangeOfAFrameThatNobodyUsedFlushesNobody() {
        TestXen xen = Guest.xen(Guest.machine(2), new None());

        xen.run(set(L2, 1, table(A)));

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).isEmpty();
    }

    @Test
    void aSecondCpuWaitsWhileTheFirstValidates() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, set(L2, 1, table(A)));
        assertThat(xen.stage(0)).isEqualTo(Stage.TYPE_VALIDATE);
        xen.begin(1, new Pin(1, A));

        assertThat(xen.stage(1)).isEqualTo(Stage.TYPE_WAIT);
        assertThat(xen.canGoOn(1)).isFalse();

        xen.finish(0);
        assertThat(xen.finish(1)).isEqualTo(OK);
        assertThat(xen.typeCount(A)).isEqualTo(2);
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
