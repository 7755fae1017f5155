package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
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

import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.policy.None;

/**
 * Xen's own walk for a fault that may be spurious (facts T14).
 *
 * <p>Of {@code FaultWalk}, {@code CpuState}.
 */
final class FaultWalkTest {
    private static final FaultingWrite FAULT = new FaultingWrite(V);

    /** V is mapped read-only, so that writes fault. */
    private static TestXen readOnly(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine.allow(FAULT), new None());
        assertThat(xen.runAndLeave(0, set(L1, 0, ro(PAGE)))).isEqualTo(OK);
        return xen.forget();
    }

    private static int walked(TestXen xen, int cpu) {
        return xen.xen.cpus().walkedTable(xen.s, cpu);
    }

    @Test
    void itReadsOneLevelAStepFromTheCpusOwnRoot() {
        TestXen xen = readOnly(Guest.machine());

        xen.begin(0, FAULT);
        assertThat(walked(xen, 0)).isEqualTo(L4);
        assertThat(xen.xen.cpus().walkedLevel(xen.s, 0)).isEqualTo(4);
        assertThat(walked(xen.step(0), 0)).isEqualTo(L3);
        assertThat(walked(xen.step(0), 0)).isEqualTo(L2);
        assertThat(walked(xen.step(0), 0)).isEqualTo(L1);
        assertThat(xen.xen.cpus().walkedLevel(xen.s, 0)).isEqualTo(1);
        xen.step(0);

        assertThat(xen.stage(0)).isEqualTo(Stage.IDLE);
        assertThat(walked(xen, 0)).isNegative();
    }

    @Test
    void itEndsAtTheFirstEntryThatGrantsNoWrite() {
        TestXen xen = readOnly(Guest.machine());
        xen.runAndLeave(0, set(L3, 0, 0));

        xen.begin(0, FAULT).step(0);
        assertThat(walked(xen, 0)).isEqualTo(L3);
        xen.step(0);

        assertThat(xen.stage(0)).isEqualTo(Stage.IDLE);
    }

    @Test
    void whatOthersChangeBehindItIsNotSeenAndBeforeItIs() {
        TestXen xen = readOnly(Guest.machine(2));
        xen.begin(1, FAULT).step(1).step(1); // L2 comes next

        xen.run(0, set(L2, 1, table(A)));
        xen.begin(0, set(L3, 0, 0));
        assertThat(walked(xen, 1)).as("of the L3 entry before").isEqualTo(L2);

        xen.poke(x -> x.xen.set(x.s, L2, 0, table(A)));
        assertThat(walked(xen.step(1), 1)).isEqualTo(A);
    }

    @Test
    void aFlushIpiWaitsUntilItHasEnded() {
        TestXen xen = Guest.xen(Guest.machine(2).allow(FAULT));
        xen.run(0, set(L1, 0, ro(PAGE)));
        xen.begin(1, FAULT).step(1);

        xen.begin(0, set(L3, 1, table(L2))).serve(0, 0);
        for (int level = 3; level >= 1; level--) {
            assertThat(xen.ready(0)).as("before the read at level %d", level).isZero();
            xen.step(1);
        }

        assertThat(xen.ready(0)).isEqualTo(0b10);
        assertThat(xen.finish(0)).isEqualTo(OK);
    }

    @Test
    void itIsXenThatWalksSoTheRootCopyIsNotLookedAt() {
        TestXen xen = readOnly(Guest.machine().xpti(true));
        xen.leave(0).forget();

        xen.begin(0, FAULT);
        assertThat(walked(xen, 0)).isEqualTo(L4);
        xen.finish(0);

        assertThat(xen.log()).containsExactly("enter on CPU 0", "return 0", "leave on CPU 0");
        assertThat(xen.stage(0)).isEqualTo(Stage.GUEST);
    }

    @Test
    void aWriteThatCannotFaultBeginsNoWalk() {
        TestXen xen = Guest.xen(Guest.machine().allow(FAULT), new None());
        assertThat(xen.canBegin(0, FAULT)).isFalse();

        xen.run(set(L1, 0, ro(PAGE)));
        assertThat(xen.canBegin(0, FAULT)).as("read-only").isTrue();

        xen.run(set(L1, 0, rw(PAGE)));
        assertThat(xen.canBegin(0, FAULT)).isFalse();
    }

    @Test
    void theFaultDropsWhatTheCpuHasOfTheAddress() {
        TestXen xen = Guest.xen(Guest.machine().allow(FAULT), new None());
        xen.run(set(L1, 0, 0));
        assertThat(xen.mayReach(0, V)).containsExactly(-1, PAGE);

        xen.begin(0, FAULT);

        assertThat(xen.mayReach(0, V)).containsExactly(-1);
    }
}
