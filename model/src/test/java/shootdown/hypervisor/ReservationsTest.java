package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.Exchange;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

/**
 * Frames that a domain gives up (rows R1 and R2).
 *
 * <p>Of {@code Reservations}, {@code PageInfo}.
 */
final class ReservationsTest {
    private static final int ONE_DONE = 1;

    @Test
    void anUnusedFrameIsFreed() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new DecreaseReservation(A))).isEqualTo(ONE_DONE);

        assertThat(xen.xen.pages().countInfo(xen.s, A)).isZero();
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(PageInfo.NO_OWNER);
        assertThat(xen.xen.pages().m2p(xen.s, A)).isEqualTo(PageInfo.INVALID_M2P);
        assertThat(xen.run(new DecreaseReservation(A))).as("it is nobody's").isZero();
        assertThat(xen.run(set(L1, 1, rw(A)))).isEqualTo(EBUSY);
        assertThat(xen.run(new Exchange(A))).isEqualTo(EINVAL);
    }

    @Test
    void aMappedFrameIsFreedWithItsLastMapping() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new DecreaseReservation(PAGE))).as("R1").isEqualTo(ONE_DONE);
        assertThat(xen.refs(PAGE)).isEqualTo(1);
        assertThat(xen.run(new DecreaseReservation(PAGE))).as("again").isEqualTo(ONE_DONE);
        assertThat(xen.refs(PAGE)).isEqualTo(1);
        assertThat(References.mistakes(xen)).isEmpty();

        assertThat(xen.run(set(L1, 0, 0))).isEqualTo(OK);
        assertThat(xen.refs(PAGE)).isZero();
        assertThat(xen.run(set(PAGE, 0, 0))).isEqualTo(EINVAL);
    }

    @Test
    void aPinnedFrameStaysPinned() {
        TestXen xen = Guest.xen();
        xen.run(new Pin(1, A));

        assertThat(xen.run(new DecreaseReservation(A))).as("R1").isEqualTo(ONE_DONE);
        assertThat(xen.pinned(A)).isTrue();

        assertThat(xen.run(new Unpin(A))).isEqualTo(OK);
        assertThat(xen.refs(A)).isZero();
    }

    @Test
    void onlyAnUnusedFrameCanBeExchanged() {
        TestXen xen = Guest.xen();
        xen.run(new Pin(2, A));

        assertThat(xen.run(new Exchange(PAGE))).as("R2").isEqualTo(EINVAL);
        assertThat(xen.run(new Exchange(A))).as("R2").isEqualTo(EINVAL);
        assertThat(xen.run(new Exchange(L1))).as("R2").isEqualTo(EINVAL);
        assertThat(xen.run(new Exchange(FRAMES + 3))).isEqualTo(EINVAL);
        xen.run(new Unpin(A));
        assertThat(xen.run(new Exchange(A))).as("a leftover type is no use").isEqualTo(OK);
        assertThat(xen.refs(A)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
