package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
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
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_NONE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

/**
 * Validation and devalidation of L1..L4 tables (facts 2.1 to 2.5, 2.7 to 2.9).
 *
 * <p>Of {@code PageTypes}, {@code EntryReferences}, {@code EntryRules}.
 */
final class ValidationTest {
    private static final long USED = Pte.PRESENT | Pte.ACCESSED | Pte.DIRTY;

    /** Frame A with these two entries, nothing else known of it. */
    private static TestXen with(long first, long second) {
        TestXen xen = Guest.xen();
        xen.run(set(A, 0, first));
        xen.run(set(A, 1, second));
        return xen.forget();
    }

    // Flags that are refused: facts 2.1.

    @ParameterizedTest
    @CsvSource({
        "1, 0x008", "1, 0x010", "1, 0x080", "2, 0x008", "2, 0x010", "2, 0x080", "2, 0x100",
        "3, 0x008", "3, 0x010", "3, 0x080", "3, 0x100", "4, 0x008", "4, 0x010", "4, 0x080",
        "4, 0x100"
    })
    void cacheAttributesSuperpagesAndGlobalUpperEntriesAreRefused(int level, String flag) {
        TestXen xen = with(table(B) | Long.decode(flag), 0);

        assertThat(xen.run(new Pin(level, A))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aGlobalL1EntryIsAllowed() {
        TestXen xen = with(rw(B) | Pte.GLOBAL, 0);

        assertThat(xen.run(new Pin(1, A))).isEqualTo(OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void readOnlySupervisorNoExecuteAndUnaccessedEntriesAreAllowed(int level) {
        TestXen xen = with(Pte.of(B, Pte.PRESENT | Pte.NX | Pte.AVAIL), 0);

        assertThat(xen.run(new Pin(level, A))).isEqualTo(OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void nonPresentEntriesMayHoldAnything(int level) {
        long garbage = 0x8765_4321_ABCD_EF98L & ~Pte.PRESENT;
        TestXen xen = with(garbage, ~Pte.PRESENT);

        assertThat(xen.run(new Pin(level, A))).isEqualTo(OK);
        assertThat(xen.entry(A, 0)).isEqualTo(garbage);
    }

    @ParameterizedTest
    @ValueSource(longs = {Pte.NX, 1L << 52, 1L << 62})
    void aPaeL3RefusesNxAndAllHighBits(long flag) {
        TestXen xen = Pv32Guest.xen();
        xen.run(set(A, 0, table(B) | flag));

        assertThat(xen.run(new Pin(3, A))).isEqualTo(EINVAL);
        assertThat(xen.run(set(A, 0, table(B)))).isEqualTo(OK);
        assertThat(xen.run(new Pin(3, A))).isEqualTo(OK);
    }

    // Bits that Xen forces: facts 2.3.

    /** (USER, bit 52, GLOBAL) as the guest writes them, and as Xen stores them. */
    @ParameterizedTest
    @CsvSource({
        "false, false, false, true, true, false",
        "false, false, true, true, true, true",
        "false, true, false, true, true, false",
        "false, true, true, true, true, true",
        "true, false, false, true, false, true",
        "true, false, true, true, false, true",
        "true, true, false, true, true, false",
        "true, true, true, true, true, true"
    })
    void theL1TruthTableHolds(
            boolean user,
            boolean kernel,
            boolean global,
            boolean userAfter,
            boolean kernelAfter,
            boolean globalAfter) {
        TestXen xen = with(Pte.of(B, USED | flags(user, kernel, global)), 0);

        assertThat(xen.run(new Pin(1, A))).isEqualTo(OK);

        long stored = Pte.of(B, USED | flags(userAfter, kernelAfter, globalAfter));
        assertThat(xen.entry(A, 0)).isEqualTo(stored);
    }

    private static long flags(boolean user, boolean kernel, boolean global) {
        return (user ? Pte.USER : 0) | (kernel ? Pte.GUEST_KERNEL : 0) | (global ? Pte.GLOBAL : 0);
    }

    @ParameterizedTest
    @CsvSource({"2, 0x4", "3, 0x4", "4, 0x24"})
    void upperEntriesGetUserAndL4EntriesAccessedToo(int level, String forced) {
        TestXen xen = with(Pte.of(B, Pte.PRESENT), 0);

        assertThat(xen.run(new Pin(level, A))).isEqualTo(OK);

        assertThat(xen.entry(A, 0)).isEqualTo(Pte.of(B, Pte.PRESENT | Long.decode(forced)));
    }

    @Test
    void aPaeL3EntryGetsUserAndWritableAndL2AndL1EntriesNothing() {
        TestXen xen = Pv32Guest.xen();
        xen.run(set(A, 0, Pte.of(B, Pte.PRESENT)));
        xen.run(set(B, 0, Pte.of(C, Pte.PRESENT)));
        xen.run(set(C, 0, Pte.of(PAGE, Pte.PRESENT)));

        assertThat(xen.run(new Pin(3, A))).isEqualTo(OK);

        assertThat(xen.entry(A, 0)).isEqualTo(Pte.of(B, Pte.PRESENT | Pte.USER | Pte.RW));
        assertThat(xen.entry(B, 0)).isEqualTo(Pte.of(C, Pte.PRESENT));
        assertThat(xen.entry(C, 0)).isEqualTo(Pte.of(PAGE, Pte.PRESENT));
    }

    @Test
    void forcedBitsStayInMemoryAfterAFailedValidation() {
        TestXen xen = with(Pte.of(B, Pte.PRESENT), rw(L2));

        assertThat(xen.run(new Pin(1, A))).isEqualTo(EBUSY);

        assertThat(xen.entry(A, 0)).isEqualTo(Pte.of(B, Pte.PRESENT | Pte.USER | Pte.GUEST_KERNEL));
    }

    // Errors: facts 2.4, 2.5.

    @Test
    void anL1EntryForMmioWithoutPermissionIsEperm() {
        assertThat(with(ro(Guest.FRAMES + 5), 0).run(new Pin(1, A))).isEqualTo(EPERM);
    }

    @Test
    void anL1EntryForTheAllOnesFrameIsEinval() {
        assertThat(with(Pte.MFN_MASK | Pte.PRESENT, 0).run(new Pin(1, A))).isEqualTo(EINVAL);
    }

    @Test
    void anL1EntryForAForeignFrameIsEbusy() {
        TestXen xen = with(ro(B), 0);
        xen.poke(x -> x.xen.pages().setOwner(x.s, B, 7));

        assertThat(xen.run(new Pin(1, A))).isEqualTo(EBUSY);
    }

    @Test
    void aWritableL1EntryForATableIsEbusyAndAReadOnlyOneIsFine() {
        assertThat(with(rw(L3), 0).run(new Pin(1, A))).isEqualTo(EBUSY);
        assertThat(with(ro(L3), 0).run(new Pin(1, A))).isEqualTo(OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void upperEntriesForForeignOrMissingFramesAreEinval(int level) {
        TestXen xen = with(table(B), 0);
        xen.poke(x -> x.xen.pages().setOwner(x.s, B, 7));
        assertThat(xen.run(new Pin(level, A))).isEqualTo(EINVAL);

        assertThat(with(table(Guest.FRAMES + 1), 0).run(new Pin(level, A))).isEqualTo(EINVAL);
    }

    @Test
    void errorsOfAnL1PassThroughEveryLevelAbove() {
        TestXen xen = Guest.xen();
        xen.run(set(A, 0, table(B)));
        xen.run(set(B, 0, table(C)));
        xen.run(set(C, 0, table(D)));
        xen.run(set(D, 0, rw(L1)));

        assertThat(xen.run(new Pin(4, A))).isEqualTo(EBUSY);
        assertThat(xen.run(set(L4, 1, table(B)))).isEqualTo(EBUSY);

        xen.run(set(D, 0, ro(Guest.FRAMES + 5)));
        assertThat(xen.run(new Pin(4, A))).isEqualTo(EPERM);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    // Where validation fails: facts 1.6, 2.7.

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void failureAtTheFirstEntryLeavesNoType(int level) {
        TestXen xen = with(table(L1) | Pte.PWT, 0);

        assertThat(xen.run(new Pin(level, A))).isEqualTo(EINVAL);

        assertThat(xen.type(A)).isEqualTo(TYPE_NONE);
        assertThat(xen.log()).doesNotContain("drop 5");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void failureLaterParksTheTableAndAContinuationTakesItBack(int level) {
        TestXen xen = with(table(B), table(B) | Pte.PWT);
        xen.begin(0, new Pin(level, A)).stepTo(0, Stage.DROP);

        assertThat(xen.xen.cpus().parked(xen.s, 0)).isEqualTo(A);
        assertThat(xen.xen.pages().partial(xen.s, A)).isTrue();
        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.typeCount(B)).isEqualTo(1);
        assertThat(xen.refs(A)).as("the allocation and the partial state").isEqualTo(2);

        assertThat(xen.finish(0)).isEqualTo(EINVAL);
        assertThat(xen.log()).contains("drop 5");
        assertThat(xen.type(A)).as("leftover").isEqualTo(level);
        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.typeCount(B)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anL1ThatFailsLaterLosesItsTypeAtOnce() {
        TestXen xen = with(rw(B), rw(L2));

        assertThat(xen.run(new Pin(1, A))).isEqualTo(EBUSY);

        assertThat(xen.type(A)).isEqualTo(TYPE_NONE);
        assertThat(xen.typeCount(B)).isZero();
        assertThat(xen.log()).doesNotContain("drop 5");
    }

    @Test
    void failureBelowAPartialTableTakesBackBoth() {
        TestXen xen = with(table(B), table(C));
        xen.run(set(C, 0, table(B)));
        xen.run(set(C, 1, table(B) | Pte.PWT));

        assertThat(xen.run(new Pin(4, A))).isEqualTo(EINVAL);

        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.typeCount(C)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void droppingAPartialTableWaitsForALockBelowIt() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(set(A, 0, table(L1)));
        xen.run(set(A, 1, table(L1) | Pte.PWT));
        Operation uvm =
                new Operation.UpdateVaMappingCall(
                        Guest.V, 0, Operation.Flush.NONE, new Operation.Scope.Local());
        xen.begin(1, uvm); // has read the L2 entry
        xen.run(0, set(L2, 0, 0));
        xen.begin(0, new Pin(2, A)).stepTo(0, Stage.DROP);
        xen.step(1); // has locked L1, which only the partial table refers to

        assertThat(xen.stage(1)).isEqualTo(Stage.UVM_MODIFY);
        assertThat(xen.canGoOn(0)).isFalse();

        assertThat(xen.finish(1)).isEqualTo(OK);
        assertThat(xen.finish(0)).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    // L4: facts 2.7, 2.8.

    @Test
    void anL4GetsXensSlotsWhateverWasThere() {
        TestXen xen = Guest.xen();
        xen.run(set(A, LinearMap.SLOT, 0x7777_7777L));

        assertThat(xen.run(new Pin(4, A))).isEqualTo(OK);

        long self = Pte.of(A, USED | Pte.RW | Pte.NX);
        assertThat(xen.entry(A, LinearMap.SLOT)).isEqualTo(self);
    }

    @Test
    void aDevalidatedL4KeepsXensEntries() {
        TestXen xen = Guest.xen();
        xen.run(new Pin(4, A));
        long self = xen.entry(A, LinearMap.SLOT);
        xen.run(new Unpin(A));

        assertThat(xen.entry(A, LinearMap.SLOT)).isEqualTo(self);
        assertThat(xen.run(set(L1, 1, rw(A)))).isEqualTo(OK);
    }

    // Order: facts 2.9.

    @Test
    void anL1ThatMapsItselfWritableIsEbusy() {
        assertThat(with(rw(A), 0).run(new Pin(1, A))).isEqualTo(EBUSY);
    }

    @Test
    void anL2WhoseL1MapsItWritableIsEbusy() {
        TestXen xen = with(table(B), 0);
        xen.run(set(B, 0, rw(A)));

        assertThat(xen.run(new Pin(2, A))).isEqualTo(EBUSY);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aChildThatIsMappedWritableElsewhereIsEinval() {
        TestXen xen = with(table(B), 0);
        xen.run(set(L1, 1, rw(B)));

        assertThat(xen.run(new Pin(2, A))).isEqualTo(EINVAL);
    }

    @Test
    void aFrameCannotBeTwoLevelsAtOnce() {
        TestXen xen = with(table(L1), 0);

        assertThat(xen.run(new Pin(3, A))).isEqualTo(EINVAL);
        assertThat(xen.run(new Pin(2, A))).isEqualTo(OK);
        assertThat(xen.type(L1)).isEqualTo(TYPE_L1);
    }
}
