package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L4;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.UnmapGrant;

/** Grant operations of two CPUs that come between each other's steps (facts 7.2, 7.4). */
final class GrantRacesTest {
    private static final int HOST = 2;
    private static final GrantTarget SLOT = new GrantTarget.Entry(L1, 1);
    private static final MapGrant MAP = new MapGrant(SLOT, 0, 0, HOST);
    private static final UnmapGrant UNMAP = new UnmapGrant(SLOT, 0);

    private static TestXen xen() {
        return new TestXen(
                Guest.machine(2).allow(MAP, UNMAP),
                first -> {
                    Guest.chain(first);
                    first.load(0, L4).load(1, L4).grant(0, new GrantAccess(0, 0, A, false));
                });
    }

    @Test
    void twoUnmapsOfOneHandleGiveItBackOnce() {
        TestXen xen = xen();
        xen.run(0, MAP);
        xen.begin(0, UNMAP).begin(1, UNMAP);

        xen.step(0); // the entry is taken away
        xen.step(1); // too late
        xen.finish(1);
        assertThat(xen.typeCount(A)).as("the flush of the first is not done").isEqualTo(1);
        xen.finish(0);

        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.xen.isMapped(xen.s, 0)).isFalse();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aHandleIsKeptForAMapThatHasBegun() {
        TestXen xen = xen();
        xen.begin(0, MAP);
        xen.run(1, MAP); // there is one handle only

        assertThat(xen.entry(L1, 1)).isZero();
        xen.finish(0);

        assertThat(xen.xen.isMapped(xen.s, 0)).isTrue();
        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aHandleThatWasGivenBackIsGivenAgain() {
        TestXen xen = xen();
        for (int round = 0; round < 3; round++) {
            xen.run(0, MAP);
            assertThat(xen.typeCount(A)).isEqualTo(1);
            xen.run(1, UNMAP);
            assertThat(xen.typeCount(A)).isZero();
        }
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anUnmapFlushesBeforeItGivesBack() {
        TestXen xen = xen();
        xen.run(0, MAP);

        xen.begin(0, UNMAP).step(0);
        assertThat(xen.typeCount(A)).isEqualTo(1);
        xen.stepTo(0, Stage.GRANT_UNMAPPED);

        assertThat(xen.typeCount(A)).isEqualTo(1);
        xen.finish(0);
        assertThat(xen.typeCount(A)).isZero();
    }
}
