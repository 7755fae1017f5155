package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/**
 * Two CPUs in each other's way; afterwards every count is right.
 *
 * <p>Of {@code Hypervisor}, {@code PageTypes}, {@code MmuUpdate}, {@code UpdateVaMapping}, {@code
 * Stage}.
 */
final class RacesTest {
    private static final UpdateVaMappingCall UVM =
            new UpdateVaMappingCall(V, rw(C), Flush.NONE, new Scope.Local());

    @Test
    void aCpuThatWaitedForATypeDoesNotTakeAnothersLockForItsOwn() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(1, set(A, 0, 0)); // makes A writable, for the raw store
        assertThat(xen.stage(1)).isEqualTo(Stage.TYPE_VALIDATE);
        xen.begin(0, set(A, 1, 0));
        assertThat(xen.stage(0)).isEqualTo(Stage.TYPE_WAIT);
        xen.finish(1);
        xen.run(1, new Pin(1, A));
        xen.begin(1, set(A, 0, rw(B)));
        assertThat(xen.xen.pages().locked(xen.s, A)).isTrue();

        assertThat(xen.finish(0)).as("A is an L1 by now").isEqualTo(EINVAL);
        assertThat(xen.xen.pages().locked(xen.s, A)).as("by CPU 1").isTrue();
        assertThat(xen.finish(1)).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theL1TableFoundMayHaveLostItsTypeBeforeItIsLocked() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(1, UVM);
        xen.run(0, set(L2, 0, 0));

        assertThat(xen.finish(1)).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theL1TableFoundMayBeAPageBeforeItIsLocked() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(0, set(L2, 1, table(A)));
        xen.begin(1, UVM);
        xen.run(0, set(L2, 0, 0));
        xen.run(0, set(A, 0, rw(L1)));

        assertThat(xen.finish(1)).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void theL1TableFoundMayBeUnhookedButStillTypedAndIsThenEdited() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(0, new Pin(1, L1));
        xen.begin(1, UVM);
        xen.run(0, set(L2, 0, 0));

        assertThat(xen.finish(1)).isEqualTo(OK);
        assertThat(xen.entry(L1, 0)).isEqualTo(rw(C));
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void twoCpusMayTakeTheSameTableAtOnce() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, set(L2, 1, table(A)));
        xen.begin(1, set(L3, 1, table(A)));

        assertThat(xen.finish(1)).as("A is published as an L1 already").isEqualTo(EINVAL);
        assertThat(xen.finish(0)).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void unpinWaitsForTheLock() {
        TestXen xen = Guest.xen(Guest.machine(2));
        Operation unpin = new Unpin(A);
        xen.run(0, new Pin(1, A));
        assertThat(xen.run(0, unpin)).isEqualTo(OK);
        xen.run(0, new Pin(1, A));
        xen.begin(1, set(A, 0, rw(B)));

        assertThat(xen.canBegin(0, unpin)).isFalse();

        xen.finish(1);
        assertThat(xen.run(0, unpin)).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void droppingATreeThatNamesALockedTableTwiceWaits() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(0, set(L2, 1, table(L1)));
        xen.run(0, set(L1, 0, 0));
        xen.begin(1, set(L1, 1, rw(B)));
        xen.begin(0, set(L3, 0, 0)).stepTo(0, Stage.DROP);

        assertThat(xen.canGoOn(0)).isFalse();

        xen.finish(1);
        assertThat(xen.finish(0)).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aParkedTableMayBeHookedAgainBeforeItIsDropped() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, set(L3, 0, 0)).stepTo(0, Stage.DROP);
        assertThat(xen.run(1, set(L3, 1, table(L2)))).isEqualTo(OK);

        assertThat(xen.finish(0)).isEqualTo(OK);
        assertThat(xen.typeCount(L2)).isEqualTo(1);
        assertThat(xen.validated(L2)).isTrue();
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
