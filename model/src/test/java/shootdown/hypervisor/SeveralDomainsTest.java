package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;

/**
 * vCPUs of two domains on one machine: each has a dirty mask of its own, and a CPU calls as the
 * domain whose vCPU it has loaded (facts B.7, B.16).
 *
 * <p>Dom0 is on CPU 0, and the guest of {@link Guest} on CPUs 1 and 2.
 *
 * <p>Of {@code Domain}, {@code CpuState}, {@code ForeignDomains}, {@code GuestFlush}.
 */
final class SeveralDomainsTest {
    private static final int DOM0 = 0;
    private static final int DOMU = 1;
    private static final int DOM0_L4 = FRAMES;
    private static final int DOM0_PAGE = FRAMES + 1;

    private static Machine.Builder machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(3)
                        .frames(FRAMES + 2)
                        .slots(0, 1, LinearMap.SLOT)
                        .domain(DOM0, true, false)
                        .domain(DOMU, false, false)
                        .load(1, DOMU)
                        .load(2, DOMU);
        for (int mfn = 0; mfn < FRAMES; mfn++) {
            machine.owner(mfn, DOMU);
        }
        return machine;
    }

    private static TestXen xen(Machine.Builder machine) {
        return new TestXen(
                machine,
                first -> {
                    Guest.chain(first);
                    first.pin(4, DOM0_L4).load(0, DOM0_L4).load(1, L4).load(2, L4);
                });
    }

    private static int runForDomU(TestXen xen, Operation operation) {
        xen.poke(x -> x.xen.cpus().setOwners(x.s, 0, DOMU, DOMU));
        return xen.run(0, operation);
    }

    private static int[] flushedCpus(TestXen xen) {
        return xen.flushes().stream().mapToInt(TestXen.Flush::cpu).toArray();
    }

    @Test
    void aFlushOfAllIsForTheCpusOfTheCallersDomain() {
        TestXen xen = xen(machine());

        xen.run(0, new TlbFlush(new Scope.All()));
        assertThat(flushedCpus(xen)).containsExactly(0);

        xen = xen(machine());
        xen.run(2, new TlbFlush(new Scope.All()));
        assertThat(flushedCpus(xen)).containsExactly(2, 1);
    }

    @Test
    void vcpusAreNumberedWithinTheirDomain() {
        TestXen xen = xen(machine());

        xen.run(1, new TlbFlush(new Scope.Multi(0b10)));

        assertThat(flushedCpus(xen)).containsExactly(2);
    }

    @Test
    void aTypeChangeFlushesTheCpusOfTheOwnerWhoeverMakesIt() {
        TestXen xen = xen(machine());
        xen.run(1, set(L1, 1, rw(A)));
        xen.run(1, set(L1, 1, 0));

        assertThat(runForDomU(xen, new Pin(1, A))).isEqualTo(Errno.OK);

        assertThat(flushedCpus(xen)).containsExactly(1, 2);
    }

    @Test
    void anUpdateOfAnothersTableFlushesTheOwnersCpusAndNotTheCallersOwn() {
        TestXen xen = xen(machine());

        assertThat(runForDomU(xen, set(L3, 0, 0))).isEqualTo(Errno.OK);

        assertThat(flushedCpus(xen)).containsExactly(1, 2);
    }

    @Test
    void anL4OfAnOwnerWithoutXptiNeedsNoRootCopy() {
        TestXen xen = xen(machine().xpti(true).withoutXpti(DOMU));

        assertThat(runForDomU(xen, set(L4, 1, 0))).isEqualTo(Errno.OK);

        assertThat(xen.xen.cpus().rootPgtChanged(xen.s, 1)).isFalse();
        assertThat(xen.xen.cpus().inGuest(xen.s, 1)).isTrue();
    }

    @Test
    void aCpuCallsAsTheDomainThatItHasLoaded() {
        TestXen xen = xen(machine());

        assertThat(xen.run(1, new NewBaseptr(DOM0_L4))).isEqualTo(Errno.EINVAL);
        assertThat(xen.run(1, new DecreaseReservation(DOM0_PAGE))).isEqualTo(0);
        assertThat(xen.run(0, new DecreaseReservation(DOM0_PAGE))).isEqualTo(1);
    }

    @Test
    void aMachineWithOneLoadedDomainHasOneDomainWord() {
        Machine alone = Machine.builder().frames(1).domain(0, true, true).build();
        Machine other =
                Machine.builder().frames(1).domain(0, true, true).domain(1, false, false).build();

        assertThat(new Layout(other).blockLengths())
                .containsExactly(new Layout(alone).blockLengths());
    }
}
