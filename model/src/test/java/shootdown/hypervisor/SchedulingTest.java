package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.DestroyDomain;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.PopulatePhysmap;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.SyncLocalExecstate;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnpauseDomain;

/**
 * vCPUs that come and go: lazy idle, the order in which dirty masks change, pauses, and frames that
 * get other owners (facts B.7, B.8.7, B.16).
 *
 * <p>Dom0's vCPU 0 is on CPU 0, and vCPU 1, of the guest of {@link Guest}, on CPU 1.
 *
 * <p>Of {@code Scheduler}, {@code ContextSwitch}, {@code Toolstack}, {@code Reservations}.
 */
final class SchedulingTest {
    private static final int DOM0 = 0;
    private static final int DOMU = 1;
    private static final int DOM0_L4 = FRAMES;
    private static final Schedule RUN_DOM0 = new Schedule(0);
    private static final Schedule RUN_DOMU = new Schedule(1);
    private static final Schedule IDLE = new Schedule(Schedule.IDLE);

    private static Machine.Builder machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(2)
                        .frames(FRAMES + 1)
                        .slots(0, 1, LinearMap.SLOT)
                        .domain(DOM0, true, false)
                        .domain(DOMU, false, false)
                        .load(1, DOMU)
                        .allow(IDLE, new PopulatePhysmap(A, DOM0));
        for (int mfn = 0; mfn < FRAMES; mfn++) {
            machine.owner(mfn, DOMU);
        }
        return machine;
    }

    private static TestXen xen() {
        return xen(machine());
    }

    private static TestXen xen(Machine.Builder machine) {
        return new TestXen(
                machine,
                first -> {
                    Guest.chain(first);
                    first.pin(4, DOM0_L4).load(0, DOM0_L4).load(1, L4);
                });
    }

    private static long mask(TestXen xen, int domid) {
        return xen.xen.dirtyMask(xen.s, domid);
    }

    private static int loaded(TestXen xen, int cpu) {
        return xen.xen.cpus().loadedVcpu(xen.s, cpu);
    }

    @Test
    void anIdleCpuKeepsTheTablesOfTheVcpuBefore() {
        TestXen xen = xen();

        xen.run(1, IDLE);

        assertThat(xen.xen.cpus().current(xen.s, 1)).isEqualTo(-1);
        assertThat(loaded(xen, 1)).isEqualTo(1);
        assertThat(xen.xen.cpus().root(xen.s, 1)).isEqualTo(L4);
        assertThat(mask(xen, DOMU)).isEqualTo(0b10);
    }

    @Test
    void aVcpuThatComesBackToItsCpuLoadsNothing() {
        TestXen xen = xen();
        xen.run(1, IDLE);

        xen.run(1, RUN_DOMU);

        assertThat(xen.log()).containsExactly("return 0", "return 0");
        assertThat(xen.xen.cpus().current(xen.s, 1)).isEqualTo(1);
    }

    @Test
    void whatNeedsTheIdleTablesTakesTheCpuOutOfTheMask() {
        TestXen xen = xen();
        xen.run(1, IDLE);

        xen.run(1, new SyncLocalExecstate());

        assertThat(loaded(xen, 1)).isEqualTo(-1);
        assertThat(xen.xen.cpus().root(xen.s, 1)).isEqualTo(xen.layout.idleFrame());
        assertThat(mask(xen, DOMU)).isZero();
        assertThat(xen.xen.cpus().savedKernelBase(xen.s, 1)).isEqualTo(L4);
    }

    @Test
    void aSwitchJoinsTheNewMaskFirstAndLeavesTheOldOneLast() {
        TestXen xen = xen();
        xen.run(1, IDLE);
        xen.run(1, new SyncLocalExecstate());

        xen.begin(0, RUN_DOMU);
        assertThat(mask(xen, DOM0)).isEqualTo(1);
        assertThat(mask(xen, DOMU)).isEqualTo(1);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(DOM0_L4);

        xen.step(0);
        assertThat(mask(xen, DOM0)).isEqualTo(1);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(L4);

        xen.step(0);
        assertThat(mask(xen, DOM0)).isZero();
        assertThat(mask(xen, DOMU)).isEqualTo(1);
    }

    @Test
    void aCpuThatSwitchesServesNoFlushUntilItIsDone() {
        TestXen xen = xen();
        xen.run(1, IDLE);
        xen.run(0, IDLE);
        xen.run(0, new SyncLocalExecstate());
        xen.begin(1, RUN_DOM0);

        xen.poke(x -> x.xen.cpus().setPlan(x.s, 0, 0, 0x100, 0b10, -1));
        xen.poke(x -> x.xen.cpus().setStage(x.s, 0, Stage.FLUSHING));
        assertThat(xen.ready(0)).isZero();

        xen.step(1).step(1);
        assertThat(xen.ready(0)).isEqualTo(0b10);
    }

    @Test
    void aVcpuWhoseStateIsElsewhereIsAskedForFirst() {
        TestXen xen = xen();
        xen.run(1, IDLE);

        xen.run(0, RUN_DOMU);

        assertThat(xen.flushes(FlushSource.SCHEDULER)).containsExactly("1 VCPU_STATE");
        assertThat(loaded(xen, 0)).isEqualTo(1);
        assertThat(loaded(xen, 1)).isEqualTo(-1);
        assertThat(mask(xen, DOMU)).isEqualTo(1);
    }

    @Test
    void aPauseWaitsUntilTheVcpuStopsAndEmptiesTheMask() {
        TestXen xen = xen();

        xen.begin(0, new PauseDomain(DOMU));
        assertThat(xen.canGoOn(0)).isFalse();
        xen.run(1, IDLE);
        xen.step(0).finish(0);

        assertThat(mask(xen, DOMU)).isZero();
        assertThat(loaded(xen, 1)).isEqualTo(-1);
    }

    @Test
    void aPausedDomainRunsAgainWhenItIsUnpaused() {
        TestXen xen = xen(machine().allow(RUN_DOMU));
        xen.begin(0, new PauseDomain(DOMU));
        xen.run(1, IDLE);
        xen.step(0).finish(0);
        assertThat(xen.canBegin(1, RUN_DOMU)).isFalse();

        xen.run(0, new UnpauseDomain(DOMU));

        assertThat(xen.canBegin(1, RUN_DOMU)).isTrue();
    }

    @Test
    void anIdleCpuTakesItsDomainsFlushes() {
        TestXen xen =
                new TestXen(
                        machine().cpus(3).load(2, DOMU),
                        first -> {
                            Guest.chain(first);
                            first.pin(4, DOM0_L4).load(0, DOM0_L4).load(1, L4).load(2, L4);
                        });
        xen.run(1, IDLE);

        xen.run(2, new TlbFlush(new Scope.All()));

        assertThat(xen.flushes(FlushSource.GUEST)).containsExactly("2 TLB", "1 TLB");
        assertThat(loaded(xen, 1)).isEqualTo(1);
    }

    @Test
    void underXptiASwitchEndsInTheGuestWithACopyOfItsOwnL4() {
        TestXen xen = xen(machine().xpti(true));
        xen.run(1, IDLE);
        xen.run(1, new SyncLocalExecstate());

        xen.run(0, RUN_DOMU);

        assertThat(xen.stage(0)).isEqualTo(Stage.GUEST);
        assertThat(xen.xen.cpus().root(xen.s, 0)).isEqualTo(xen.layout.rootFrame(0));
        long copied = xen.layout.geometry().read(xen.s, xen.layout.rootFrame(0), 0);
        assertThat(copied).isEqualTo(xen.layout.geometry().read(xen.s, L4, 0)).isNotZero();
    }

    // Frames that get other owners.

    private static TestXen withFreedFrame(Machine.Builder machine) {
        TestXen xen = xen(machine);
        xen.run(1, set(L1, 1, rw(A)));
        xen.run(1, set(L1, 1, 0));
        xen.run(1, new DecreaseReservation(A));
        return xen;
    }

    @Test
    void aFrameThatWasSomebodysIsFlushedBeforeItHasItsNextOwner() {
        TestXen xen = withFreedFrame(machine());

        xen.begin(0, new PopulatePhysmap(A, DOM0));
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(PageInfo.NO_OWNER);
        xen.finish(0);

        assertThat(xen.flushes(FlushSource.ALLOCATION)).containsExactly("0 TLB", "1 TLB");
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(DOM0);
    }

    @Test
    void cpusThatHaveFlushedSinceTheFrameWasFreedAreSpared() {
        TestXen xen = withFreedFrame(machine());
        xen.run(1, new TlbFlush(new Scope.Local()));

        xen.run(0, new PopulatePhysmap(A, DOM0));

        assertThat(xen.flushes(FlushSource.ALLOCATION)).containsExactly("0 TLB");
    }

    @Test
    void aDomainThatHasNeverRunMayHaveTheFrameBeforeTheFlush() {
        int third = 2;
        TestXen xen =
                withFreedFrame(
                        machine().domain(third, false, false).vcpu(third).underConstruction(third));

        xen.begin(0, new PopulatePhysmap(A, third));

        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(third);
        assertThat(xen.stage(0)).isEqualTo(Stage.FLUSHING);
    }

    @Test
    void aTransferFlushesTheDonorsCpusBeforeTheFrameHasItsNextOwner() {
        TestXen xen = xen();
        xen.run(1, set(L1, 1, rw(A)));
        xen.run(1, set(L1, 1, 0));

        xen.begin(1, new Transfer(A, DOM0));
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(PageInfo.NO_OWNER);
        xen.finish(1);

        assertThat(xen.flushes(FlushSource.ALLOCATION)).containsExactly("1 TLB");
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(DOM0);
    }

    @Test
    void aDestroyedDomainHasNoFramesAndNoMask() {
        TestXen xen = xen();

        xen.begin(0, new DestroyDomain(DOMU));
        xen.run(1, IDLE);
        xen.step(0).finish(0);

        assertThat(mask(xen, DOMU)).isZero();
        for (int mfn = 0; mfn < FRAMES; mfn++) {
            assertThat(xen.xen.pages().refs(xen.s, mfn)).as("frame %d", mfn).isZero();
            assertThat(xen.xen.pages().typeCount(xen.s, mfn)).as("frame %d", mfn).isZero();
        }
    }
}
