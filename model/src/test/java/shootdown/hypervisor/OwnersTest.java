package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EACCES;
import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.FRAMES;
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

import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.ClearPage;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;

/**
 * Whose frames and whose tables: privileged and unprivileged domains, memory-mapped I/O, frames of
 * Xen's heap, and calls on behalf of other domains (facts 2.1, 2.4, 4.4; rows U13 to U27, U40, U48,
 * X5).
 *
 * <p>Of {@code EntryReferences}, {@code EntryRules}, {@code ModEntry}, {@code PageInfo}, {@code
 * DomId}.
 */
final class OwnersTest {
    private static final int DOM0 = 0;
    private static final int DOMU = 1;

    private static final int MMIO = FRAMES;
    private static final int DENIED = FRAMES + 1;
    private static final int SHARED_INFO = FRAMES + 2;
    private static final int XENS = FRAMES + 3;
    private static final int NOBODYS = FRAMES + 4;
    private static final int OTHERS = FRAMES + 5;
    private static final int OTHERS_L1 = FRAMES + 6;
    private static final int OTHERS_L2 = FRAMES + 7;
    private static final int NO_FRAME = FRAMES + 20;

    private static final long UC = Pte.PWT | Pte.PCD;

    private static Machine.Builder machine(int other) {
        return Machine.builder()
                .frames(FRAMES + 8)
                .slots(0, 1, LinearMap.SLOT)
                .owner(MMIO, DomId.IO)
                .owner(DENIED, DomId.IO)
                .denied(DENIED)
                .special(SHARED_INFO)
                .owner(XENS, DomId.XEN)
                .owner(NOBODYS, DomId.INVALID)
                .owner(OTHERS, other)
                .owner(OTHERS_L1, other)
                .owner(OTHERS_L2, other);
    }

    private static TestXen dom0() {
        return start(machine(DOMU).domain(DOM0, true, true).domain(DOMU, false, false));
    }

    private static TestXen domU() {
        return start(machine(DOM0).domain(DOMU, false, false).domain(DOM0, true, true));
    }

    private static TestXen start(Machine.Builder machine) {
        return new TestXen(
                machine,
                first -> {
                    Guest.chain(first);
                    first.entry(OTHERS_L1, 0, rw(OTHERS)).entry(OTHERS_L2, 0, table(OTHERS_L1));
                    first.pin(2, OTHERS_L2).load(0, L4);
                });
    }

    /** As a call whose foreigndom names these. */
    private static int runFor(TestXen xen, int pgOwner, int ptOwner, Operation operation) {
        xen.poke(x -> x.xen.cpus().setOwners(x.s, 0, pgOwner, ptOwner));
        return xen.run(operation);
    }

    private static MmuUpdateRequest map(long value) {
        return set(L1, 1, value);
    }

    // Own tables, other frames.

    @ParameterizedTest
    @CsvSource({"0, 18", "8, 18", "16, 10", "24, 18", "128, 80", "136, 18"})
    void ioThatIsNotUncachedBecomesSo(long asked, String stored) {
        TestXen xen = dom0();

        assertThat(xen.run(map(ro(MMIO) | asked))).as("U25").isEqualTo(OK);

        assertThat(xen.entry(L1, 1) & (UC | Pte.PAT)).isEqualTo(Long.parseLong(stored, 16));
        assertThat(xen.refs(MMIO)).as("mappings of I/O hold nothing").isEqualTo(1);
        assertThat(xen.run(map(0))).isEqualTo(OK);
        assertThat(xen.refs(MMIO)).isEqualTo(1);
    }

    @Test
    void promotionMakesIoUncachedToo() {
        TestXen xen = dom0();
        xen.run(set(A, 1, rw(MMIO)));

        assertThat(xen.run(new Pin(1, A))).isEqualTo(OK);

        assertThat(xen.entry(A, 1)).isEqualTo(rw(MMIO) | UC);
    }

    @Test
    void ioThatNobodyMayMapIsRefused() {
        assertThat(dom0().run(map(ro(DENIED)))).as("U26").isEqualTo(EPERM);
        assertThat(dom0().run(map(ro(NO_FRAME)))).isEqualTo(EPERM);
        assertThat(domU().run(map(ro(MMIO)))).as("U24").isEqualTo(EPERM);
        assertThat(domU().run(map(Pte.MFN_MASK | Pte.PRESENT))).as("U24").isEqualTo(EINVAL);
        assertThat(dom0().run(map(Pte.MFN_MASK | Pte.PRESENT))).isEqualTo(EINVAL);
    }

    @Test
    void aDomainWithIoMayChooseCaching() {
        TestXen xen = dom0();

        assertThat(xen.run(map(rw(A) | Pte.PWT | Pte.PAT))).isEqualTo(OK);
        assertThat(xen.entry(L1, 1)).isEqualTo(rw(A) | Pte.PWT | Pte.PAT);
        assertThat(xen.run(set(L2, 1, table(B) | Pte.PCD))).as("U33").isEqualTo(EINVAL);
        assertThat(domU().run(map(rw(A) | Pte.PCD))).as("U18").isEqualTo(EINVAL);
    }

    @Test
    void framesOfXensHeapAreWriteBack() {
        TestXen xen = dom0();

        assertThat(xen.run(map(ro(SHARED_INFO) | Pte.PCD))).as("U27").isEqualTo(EACCES);
        assertThat(xen.run(map(rw(SHARED_INFO) | Pte.PCD))).as("U27").isEqualTo(EACCES);
        assertThat(xen.refs(SHARED_INFO)).isEqualTo(1);
        assertThat(xen.typeCount(SHARED_INFO)).isEqualTo(1);
        assertThat(xen.run(map(rw(SHARED_INFO)))).isEqualTo(OK);
        assertThat(xen.typeCount(SHARED_INFO)).isEqualTo(2);
        assertThat(xen.run(set(SHARED_INFO, 0, 7))).as("a writable page").isEqualTo(OK);
        assertThat(xen.run(new Pin(1, SHARED_INFO))).isEqualTo(EINVAL);
    }

    @Test
    void nobodyMapsWhatIsNotHis() {
        for (TestXen xen : new TestXen[] {dom0(), domU()}) {
            for (int mfn : new int[] {XENS, NOBODYS, OTHERS}) {
                assertThat(xen.run(map(ro(mfn)))).as("U23").isEqualTo(EBUSY);
                assertThat(xen.run(set(L2, 1, table(mfn)))).as("U31").isEqualTo(EINVAL);
                assertThat(xen.run(set(mfn, 0, 0))).as("U15").isEqualTo(EINVAL);
                assertThat(xen.run(new Pin(1, mfn))).as("X6").isEqualTo(EINVAL);
                assertThat(xen.run(new ClearPage(mfn))).as("X32").isEqualTo(EINVAL);
            }
            assertThat(xen.run(set(L2, 1, table(MMIO)))).as("U31").isEqualTo(EINVAL);
            assertThat(References.mistakes(xen)).isEmpty();
        }
    }

    // foreigndom.

    @Test
    void domIoStandsForIoAndForNothingElse() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DomId.IO, DOM0, map(ro(MMIO)))).isEqualTo(OK);
        assertThat(runFor(xen, DomId.IO, DOM0, map(ro(DENIED)))).isEqualTo(EPERM);
        assertThat(runFor(xen, DomId.IO, DOM0, map(ro(A)))).as("U14").isEqualTo(EBUSY);
        assertThat(runFor(xen, DomId.IO, DOM0, set(L2, 1, table(A)))).as("U40").isEqualTo(EINVAL);
        assertThat(runFor(xen, DomId.IO, DOM0, set(PAGE, 1, 5))).as("raw").isEqualTo(OK);
        assertThat(runFor(xen, DomId.IO, DOM0, new Pin(1, A))).as("X5").isEqualTo(EINVAL);
        assertThat(runFor(domU(), DomId.IO, DOMU, map(ro(MMIO)))).as("U13").isEqualTo(EPERM);
        assertThat(runFor(domU(), DomId.IO, DOMU, map(ro(A)))).as("U14").isEqualTo(EBUSY);
    }

    @Test
    void aPrivilegedDomainMapsFramesOfTheDomainThatItNames() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DOMU, DOM0, map(rw(OTHERS)))).isEqualTo(OK);
        assertThat(xen.typeCount(OTHERS)).isEqualTo(2);
        assertThat(runFor(xen, DOMU, DOM0, map(rw(OTHERS_L1)))).isEqualTo(EBUSY);
        assertThat(runFor(xen, DOMU, DOM0, map(ro(OTHERS_L1)))).isEqualTo(OK);
        assertThat(xen.refs(OTHERS_L1)).isEqualTo(3);
        assertThat(runFor(xen, DOMU, DOM0, map(ro(A)))).as("no right over us").isEqualTo(EBUSY);
        assertThat(xen.run(map(0))).isEqualTo(OK);
        assertThat(xen.refs(OTHERS_L1)).isEqualTo(2);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPrivilegedDomainEditsTablesOfAnother() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DOMU, DOMU, set(OTHERS_L1, 1, rw(OTHERS)))).isEqualTo(OK);
        assertThat(xen.typeCount(OTHERS)).isEqualTo(2);
        assertThat(runFor(xen, DOM0, DOMU, set(OTHERS_L1, 1, rw(A))))
                .as("dom0's frame in the other's table")
                .isEqualTo(OK);
        assertThat(runFor(xen, DOM0, DOMU, set(OTHERS_L1, 1, ro(OTHERS)))).isEqualTo(OK);
        assertThat(runFor(xen, DOM0, DOMU, set(OTHERS_L2, 0, 0))).as("U40").isEqualTo(EINVAL);
        xen.forget();
        assertThat(runFor(xen, DOMU, DOMU, set(OTHERS_L2, 0, 0))).isEqualTo(OK);
        assertThat(xen.flushes()).as("its tables are loaded nowhere").isEmpty();
        assertThat(xen.typeCount(OTHERS_L1)).isZero();
        assertThat(runFor(xen, DOMU, DOMU, set(L1, 0, 0))).as("not its table").isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theOwnersOfAnEntryAreThoseOfItsTableWhenItIsPromoted() {
        TestXen xen = dom0();
        xen.run(set(A, 0, ro(OTHERS)));

        assertThat(xen.run(new Pin(1, A))).isEqualTo(EBUSY);
    }

    @Test
    void cacheAttributesDependOnWhoOwnsTheTable() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DOMU, DOMU, set(OTHERS_L1, 1, rw(OTHERS) | Pte.PCD)))
                .isEqualTo(EINVAL);
        assertThat(runFor(xen, DOMU, DOM0, map(rw(OTHERS) | Pte.PCD))).isEqualTo(OK);
        assertThat(runFor(xen, DomId.IO, DOMU, set(OTHERS_L1, 1, ro(MMIO))))
                .as("nor may it map I/O")
                .isEqualTo(EPERM);
    }

    @Test
    void pinningForAnotherDomainIsOfItsOwnFrames() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DOMU, DOM0, new Pin(1, OTHERS_L1))).isEqualTo(OK);
        assertThat(xen.pinned(OTHERS_L1)).isTrue();
        assertThat(runFor(xen, DOMU, DOM0, new Pin(1, A))).isEqualTo(EINVAL);
    }

    @Test
    void basesAndFlushesAreTheCallersOwnBusiness() {
        TestXen xen = dom0();

        assertThat(runFor(xen, DOMU, DOM0, new NewBaseptr(L4))).as("X19").isEqualTo(EPERM);
        assertThat(runFor(xen, DOMU, DOM0, new NewUserBaseptr(L4))).isEqualTo(EPERM);
        assertThat(runFor(xen, DOMU, DOM0, new TlbFlush(new Scope.All())))
                .as("X26")
                .isEqualTo(EPERM);
        assertThat(runFor(xen, DOMU, DOM0, new Operation.FlushCache(false)))
                .as("X26")
                .isEqualTo(EPERM);
    }

    // The machine-to-physical table.

    @Test
    void machphysChangesWhatTheTableSaysOfAnOwnFrame() {
        MmuUpdateRequest request = new MmuUpdateRequest(L3, 0, 0x1234, MmuUpdateRequest.MACHPHYS);
        TestXen xen = dom0();

        assertThat(xen.run(request)).as("U48").isEqualTo(OK);

        assertThat(xen.xen.pages().m2p(xen.s, L3)).isEqualTo(0x1234);
        assertThat(xen.xen.pages().m2p(xen.s, L2)).isEqualTo(L2);
        assertThat(xen.run(new MmuUpdateRequest(OTHERS, 0, 1, MmuUpdateRequest.MACHPHYS)))
                .as("U49")
                .isEqualTo(EINVAL);
        assertThat(xen.run(new MmuUpdateRequest(NO_FRAME, 0, 1, MmuUpdateRequest.MACHPHYS)))
                .as("U49")
                .isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
