package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.Pin;

/**
 * {@code mod_l1_entry} .. {@code mod_l4_entry} (facts 3).
 *
 * <p>Of {@code ModEntry}, {@code EntryRules}, {@code EntryStore}.
 */
final class ModEntryTest {
    // The fast path: facts 3.1.

    /**
     * A frame that has changed hands tells the paths apart: the full path would refuse it, the fast
     * path does not look.
     */
    private static int changeOf(int level, long flags) {
        TestXen xen = Guest.xen();
        int table = new int[] {-1, L1, L2, L3, L4}[level];
        long old = xen.entry(table, 0);
        xen.poke(x -> x.xen.pages().setOwner(x.s, Pte.mfn(old), 7));
        return xen.run(set(table, 0, old ^ flags));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4"})
    void bitsOfTheWhitelistTakeTheFastPath(int level) {
        long[] whitelist = {
            0, Pte.NX, Pte.AVAIL, 1L << 53, 1L << 62, Pte.ACCESSED, Pte.DIRTY, Pte.USER
        };
        for (long flag : whitelist) {
            assertThat(changeOf(level, flag)).as("%x", flag).isEqualTo(OK);
        }
    }

    @Test
    void globalIsOnTheWhitelistOfAnL1() {
        assertThat(changeOf(1, Pte.GLOBAL)).isEqualTo(OK);
    }

    @Test
    void writableIsNot() {
        assertThat(changeOf(1, Pte.RW)).isEqualTo(EBUSY);
        assertThat(changeOf(2, Pte.RW)).isEqualTo(EINVAL);
        assertThat(changeOf(3, Pte.RW)).isEqualTo(EINVAL);
        assertThat(changeOf(4, Pte.RW)).isEqualTo(EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void anotherFrameTakesTheFullPath(int level) {
        assertThat(changeOf(level, 1L << 20)).isNegative();
    }

    @Test
    void theFastPathKeepsCountsAndParksNothing() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(set(L3, 0, table(L2) ^ Pte.NX))).isEqualTo(OK);

        assertThat(xen.typeCount(L2)).isEqualTo(1);
        assertThat(xen.log()).noneMatch(line -> line.startsWith("drop"));
        assertThat(xen.entry(L3, 0)).isEqualTo(table(L2) ^ Pte.NX);
    }

    @Test
    void refusedFlagsAreRefusedOnTheFastPathToo() {
        assertThat(changeOf(2, Pte.PSE)).isEqualTo(EINVAL);
        assertThat(changeOf(3, Pte.GLOBAL)).isEqualTo(EINVAL);
    }

    // New reference first, old one last: facts 3.3.

    @Test
    void theSameFrameFromReadOnlyToWritableIsEbusyIfItIsATable() {
        TestXen xen = Guest.xen();
        xen.run(set(L1, 1, ro(L3)));

        assertThat(xen.run(set(L1, 1, rw(L3)))).isEqualTo(EBUSY);

        assertThat(xen.entry(L1, 1)).isEqualTo(ro(L3));
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theSameFrameFromReadOnlyToWritableTakesTheTypeOnce() {
        TestXen xen = Guest.xen();
        xen.run(set(L1, 1, ro(A)));

        assertThat(xen.run(set(L1, 1, rw(A)))).isEqualTo(OK);

        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.refs(A)).isEqualTo(2);
    }

    @Test
    void theSameFrameFromWritableToReadOnlyDropsTheType() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(set(L1, 0, ro(PAGE)))).isEqualTo(OK);

        assertThat(xen.typeCount(PAGE)).isZero();
        assertThat(xen.refs(PAGE)).isEqualTo(2);
    }

    @Test
    void theNewPageIsTakenBeforeTheOldOneIsDropped() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, set(L1, 0, rw(A)));

        assertThat(xen.stage(0)).isEqualTo(Stage.TYPE_VALIDATE);
        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.typeCount(PAGE)).isEqualTo(1);
        assertThat(xen.entry(L1, 0)).as("not yet stored").isEqualTo(rw(PAGE));

        xen.finish(0);
        assertThat(xen.typeCount(PAGE)).isZero();
    }

    @Test
    void aRefusedEditMayLeaveForcedBitsInAChildThatWasValidatedOnTheWay() {
        TestXen xen = Guest.xen();
        xen.run(set(A, 0, Pte.of(B, Pte.PRESENT)));
        xen.run(set(A, 1, rw(L2)));

        assertThat(xen.run(set(L2, 1, table(A)))).isEqualTo(EBUSY);

        assertThat(xen.entry(L2, 1)).isZero();
        assertThat(xen.entry(A, 0) & Pte.USER).isNotZero();
    }

    // Deferred drops and continuations: facts 3.4, 3.6, B.15.

    @Test
    void aChildThatIsCutOffIsDroppedAfterTheFlushBlock() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, set(L3, 0, 0));

        assertThat(xen.typeCount(L2)).as("parked").isEqualTo(1);
        xen.finish(0);

        assertThat(xen.log())
                .containsExactly(
                        "flush POLICY on CPU 0", "flush POLICY on CPU 1", "drop 2", "return 0");
    }

    @Test
    void underXptiTheContinuationLeavesXenBeforeTheDrop() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true));
        xen.enter(0).forget();

        xen.run(set(L3, 0, 0));

        assertThat(xen.log())
                .containsExactly(
                        "flush POLICY on CPU 0",
                        "leave on CPU 0",
                        "enter on CPU 0",
                        "drop 2",
                        "return 0");
    }

    @Test
    void withoutForcedContinuationTheDropFollowsAtOnce() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true).forcedContinuation(false));
        xen.enter(0).forget();

        xen.run(set(L3, 0, 0));

        assertThat(xen.log()).containsExactly("flush POLICY on CPU 0", "drop 2", "return 0");
    }

    @Test
    void nothingIsParkedWhenTheOldEntryWasNotPresent() {
        TestXen xen = Guest.xen(Guest.machine().xpti(true));
        xen.enter(0).forget();

        xen.run(set(L3, 1, table(L2)));

        assertThat(xen.log()).containsExactly("flush POLICY on CPU 0", "return 0");
    }

    @Test
    void replacingSeveralChildrenInABatchTakesAFlushBlockForEach() {
        TestXen xen = Guest.xen(Guest.machine().batches(true));
        xen.run(new Pin(2, A));
        xen.run(new Pin(1, B));
        xen.forget();

        assertThat(xen.batch(0, set(L3, 0, table(A)), set(L3, 1, 0), set(A, 0, table(B))))
                .isEqualTo(OK);

        assertThat(xen.log())
                .containsExactly(
                        "flush POLICY on CPU 0", "drop 2", "flush POLICY on CPU 0", "return 0");
    }

    @Test
    void mappingAPageDropsTheOldOneAtOnce() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(set(L1, 0, 0));

        assertThat(xen.log()).containsExactly("return 0");
        assertThat(xen.flushes(FlushSource.POLICY)).isEmpty();
    }
}
