package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EACCES;
import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.ENOSYS;
import static shootdown.hypervisor.Errno.EOPNOTSUPP;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.ESRCH;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.FRAMES;
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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Operation.ClearPage;
import shootdown.hypervisor.Operation.CopyPage;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.FlushCache;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.MarkSuper;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UnknownMmuext;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.hypervisor.Operation.VmAssist;

/**
 * Page contents, data caches, unreadable bitmaps, assists and the slot of the machine-to-physical
 * table; the rows of UPDATE_VA_MAPPING_OTHERDOMAIN (facts 5.2, 6.5 to 6.8; V6 to V16, X28, X29, X32
 * to X37, A1).
 *
 * <p>Of {@code MmuExt}, {@code UpdateVaMapping}, {@code Domain}, {@code XenSlots}.
 */
final class OtherOperationsTest {
    private static final int OTHERS = FRAMES;
    private static final int OTHERS_L1 = FRAMES + 1;
    private static final long M2P = XenSlots.entry(XenSlots.M2P);

    private static TestXen xen(boolean privileged) {
        int self = privileged ? 0 : 1;
        int other = 1 - self;
        Machine.Builder machine =
                Machine.builder()
                        .frames(FRAMES + 2)
                        .slots(0, 1, XenSlots.M2P, LinearMap.SLOT, 260)
                        .domain(self, privileged, privileged)
                        .domain(other, !privileged, !privileged)
                        .owner(OTHERS, other)
                        .owner(OTHERS_L1, other);
        return new TestXen(
                machine,
                first -> {
                    Guest.chain(first);
                    first.pin(1, OTHERS_L1).load(0, L4);
                });
    }

    // Page contents.

    @Test
    void clearPageClearsWhatCanBeWritten() {
        TestXen xen = xen(false);
        xen.run(set(PAGE, 1, 7));
        xen.run(set(A, 1, 7));
        xen.run(new Pin(2, B));
        xen.run(new Unpin(B));

        for (int mfn : new int[] {PAGE, A, B}) {
            assertThat(xen.run(new ClearPage(mfn))).as("X33").isEqualTo(OK);
            assertThat(xen.entry(mfn, 1)).isZero();
            assertThat(xen.type(mfn)).isEqualTo(PageInfo.TYPE_WRITABLE);
        }
        assertThat(xen.run(new ClearPage(L1))).as("X32").isEqualTo(EINVAL);
        assertThat(xen.run(new ClearPage(OTHERS))).as("X32").isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void copyPageCopiesTablesTooButNotOverThem() {
        TestXen xen = xen(false);

        assertThat(xen.run(new CopyPage(A, L1))).as("X34").isEqualTo(OK);
        assertThat(xen.entry(A, 0)).isEqualTo(rw(PAGE));
        assertThat(xen.run(new CopyPage(A, OTHERS))).as("X35").isEqualTo(EINVAL);
        assertThat(xen.run(new CopyPage(OTHERS, A))).as("X35").isEqualTo(EINVAL);
        assertThat(xen.run(new CopyPage(L1, A))).as("X35").isEqualTo(EINVAL);
        assertThat(xen.run(new CopyPage(A, A))).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    // What does nothing that could be seen.

    @Test
    void dataCachesAreForDomainsWithIo() {
        assertThat(xen(false).run(new FlushCache(false))).as("X29").isEqualTo(EACCES);
        assertThat(xen(false).run(new FlushCache(true))).as("X29").isEqualTo(EINVAL);
        assertThat(xen(true).run(new FlushCache(false))).isEqualTo(OK);
        assertThat(xen(true).run(new FlushCache(true))).isEqualTo(OK);
    }

    @Test
    void superpagesAndUnknownCommandsAreRefused() {
        assertThat(xen(true).run(new MarkSuper(A, false))).as("X36").isEqualTo(EOPNOTSUPP);
        assertThat(xen(true).run(new MarkSuper(A, true))).as("X36").isEqualTo(EOPNOTSUPP);
        assertThat(xen(true).run(new UnknownMmuext(14))).as("X37").isEqualTo(ENOSYS);
        assertThat(xen(true).run(new UnknownMmuext(21))).as("X37").isEqualTo(ENOSYS);
    }

    @Test
    void aBitmapThatCannotBeReadStopsTheFlushNotTheEdit() {
        TestXen xen = xen(false);
        Scope nowhere = new Scope.Unreadable();
        xen.forget();

        assertThat(xen.run(new TlbFlush(nowhere))).as("X28").isEqualTo(EINVAL);
        assertThat(xen.run(new Invlpg(V, nowhere))).as("X28").isEqualTo(EINVAL);
        assertThat(xen.run(new Invlpg(LinearMap.l1Window(V), nowhere))).isEqualTo(EINVAL);
        assertThat(xen.run(new UpdateVaMappingCall(V, ro(PAGE), Flush.INVLPG, nowhere)))
                .as("V6")
                .isEqualTo(EFAULT);
        assertThat(xen.entry(L1, 0)).as("V6").isEqualTo(ro(PAGE));
        assertThat(xen.flushes(Observer.FlushSource.GUEST)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "BOTH"})
    void flagsThatAskForNothingReadNoBitmap(Flush flush) {
        TestXen xen = xen(false);

        assertThat(xen.run(new UpdateVaMappingCall(V, 0, flush, new Scope.Unreadable())))
                .as("V7")
                .isEqualTo(OK);
        assertThat(xen.flushes(Observer.FlushSource.GUEST)).isEmpty();
    }

    // UPDATE_VA_MAPPING_OTHERDOMAIN.

    private static UpdateVaMappingCall of(int domid, long value) {
        return new UpdateVaMappingCall(V, value, Flush.NONE, new Scope.Local(), domid);
    }

    @Test
    void aPrivilegedDomainMapsFramesOfTheNamedOne() {
        TestXen xen = xen(true);

        assertThat(xen.run(of(0, 0))).as("V8").isEqualTo(ESRCH);
        assertThat(xen.run(of(9, 0))).as("V9").isEqualTo(ESRCH);
        assertThat(xen.run(of(DomId.SELF, ro(A)))).as("V10").isEqualTo(OK);
        assertThat(xen.run(of(DomId.IO, ro(B)))).as("V12").isEqualTo(EBUSY);
        assertThat(xen.run(of(1, rw(OTHERS_L1)))).as("V15").isEqualTo(EBUSY);
        assertThat(xen.run(of(1, ro(B)))).as("V16").isEqualTo(EBUSY);
        assertThat(xen.run(of(1, ro(OTHERS_L1)))).as("V14").isEqualTo(OK);
        assertThat(xen.run(of(1, rw(OTHERS)))).as("V14").isEqualTo(OK);
        assertThat(xen.refs(OTHERS_L1)).isEqualTo(2);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anUnprivilegedDomainMapsItsOwnOnly() {
        TestXen xen = xen(false);

        assertThat(xen.run(of(DomId.IO, 0))).as("V11").isEqualTo(EPERM);
        assertThat(xen.run(of(0, 0))).as("V13").isEqualTo(EPERM);
        assertThat(xen.entry(L1, 0)).isEqualTo(rw(PAGE));
    }

    // Assists.

    @Test
    void assistsOfA64BitGuestAreZeroToFiveAndThirtyTwo() {
        TestXen xen = xen(false);

        for (int type : new int[] {0, 5, 32}) {
            assertThat(xen.run(new VmAssist(0, type))).isEqualTo(OK);
            assertThat(Domain.hasAssist(xen.s, Layout.DOMAIN, type)).isTrue();
            assertThat(xen.run(new VmAssist(1, type))).isEqualTo(OK);
            assertThat(Domain.hasAssist(xen.s, Layout.DOMAIN, type)).isFalse();
            assertThat(xen.run(new VmAssist(2, type))).as("A1").isEqualTo(ENOSYS);
        }
        for (int type : new int[] {6, 31, 33, 64, -1}) {
            assertThat(xen.run(new VmAssist(0, type))).as("A1").isEqualTo(EINVAL);
            assertThat(xen.run(new VmAssist(2, type))).as("A1").isEqualTo(EINVAL);
        }
    }

    @Test
    void aKernelBaseGetsTheMachineToPhysicalTableUnlessStrict() {
        TestXen xen = xen(false);
        assertThat(xen.entry(L4, XenSlots.M2P)).as("first base").isEqualTo(M2P);
        xen.run(set(A, 0, table(L3)));

        assertThat(xen.run(new Pin(4, A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).isZero();
        assertThat(xen.run(new NewUserBaseptr(A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).isZero();
        assertThat(xen.run(new NewBaseptr(A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).isEqualTo(M2P);
    }

    @Test
    void aStrictUserBaseLosesTheMachineToPhysicalTable() {
        TestXen xen = xen(false);
        xen.run(new VmAssist(0, Domain.M2P_STRICT));

        assertThat(xen.run(new Pin(4, A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).isEqualTo(M2P);
        assertThat(xen.run(new NewUserBaseptr(A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).isZero();
        assertThat(xen.run(new NewBaseptr(A))).isEqualTo(OK);
        assertThat(xen.entry(A, XenSlots.M2P)).as("not filled").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatXenLeftInAnL4KeepsItFromBeingAnotherTable(int level) {
        TestXen xen = xen(false);
        xen.run(new Pin(4, A));
        xen.run(new Unpin(A));
        assertThat(xen.entry(A, LinearMap.SLOT)).isNotZero();

        int code = level == 1 ? EBUSY : EINVAL;
        assertThat(xen.run(new Pin(level, A))).as("its own slot").isEqualTo(code);
        xen.run(set(A, LinearMap.SLOT, 0));
        assertThat(xen.run(new Pin(level, A))).as("Xen's frames").isEqualTo(code);
        xen.run(set(A, 260, 0));
        assertThat(xen.run(new Pin(level, A))).isEqualTo(OK);
        assertThat(xen.run(new Pin(2, L2))).isEqualTo(OK);
    }
}
