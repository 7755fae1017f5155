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

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.policy.Final;
import shootdown.policy.None;

/**
 * Flushes by a hypervisor below Xen (facts B.6, B.8, B.9): which are left to it, and that nobody is
 * interrupted then.
 *
 * <p>Of {@code Flushing}, {@code FlushLocal}, {@code PageInfo}.
 */
final class AssistedFlushTest {
    private static final FaultingWrite FAULT = new FaultingWrite(V);

    private static Machine.Builder machine(int cpus) {
        return Guest.machine(cpus).assistedFlush(true).allow(FAULT);
    }

    /** CPU 1 is in a walk of Xen's, so that it serves no interrupt. */
    private static TestXen walking(Machine.Builder machine) {
        TestXen xen = Guest.xen(machine, new Final());
        xen.run(0, set(L1, 0, ro(PAGE)));
        return xen;
    }

    @Test
    void aPlainFlushDoesNotWaitForACpuWithInterruptsOff() {
        TestXen xen = walking(machine(2));
        xen.begin(1, FAULT);

        assertThat(xen.run(0, set(L3, 1, table(L2)))).isEqualTo(OK);

        assertThat(xen.stage(1)).isEqualTo(Stage.FAULT_WALK);
        assertThat(xen.flushes(FlushSource.POLICY)).containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void aGuestsFlushOfOnePageIsPlainToo() {
        TestXen xen = walking(machine(2));
        xen.run(0, set(L1, 0, 0)); // no flush: CPU 1 keeps the page
        assertThat(xen.mayReach(1, V)).contains(PAGE);

        xen.begin(1, FAULT);
        assertThat(xen.run(0, new Invlpg(V, new Scope.All()))).isEqualTo(OK);

        assertThat(xen.mayReach(1, V)).containsExactly(-1);
        assertThat(xen.stage(1)).isEqualTo(Stage.FAULT_WALK);
    }

    @Test
    void itsTargetsNeitherEnterNorLeaveXen() {
        TestXen xen = Guest.xen(machine(2).xpti(true));
        xen.enter(0).forget();

        xen.run(0, set(L3, 1, table(L2)));

        assertThat(xen.log())
                .containsExactly("flush POLICY on CPU 0", "flush POLICY on CPU 1", "return 0");
    }

    @Test
    void aFlushThatAsksForMoreInterrupts() {
        TestXen xen = walking(machine(2).xpti(true));
        xen.run(0, new Pin(3, A));
        xen.leave(1).begin(1, FAULT);

        xen.begin(0, set(L4, 1, table(A))).serve(0, 0);

        assertThat(xen.ready(0)).as("a new root copy is asked for").isZero();
        xen.finish(1);
        xen.finish(0);
        assertThat(xen.flushes(FlushSource.POLICY))
                .containsExactly("0 TLB|ROOT_PGTBL", "1 TLB|ROOT_PGTBL");
    }

    @Test
    void itNeedsNoFlushLock() {
        TestXen xen = Guest.xen(machine(3));
        xen.begin(0, set(L3, 1, table(L2))).serve(0, 0).serve(0, 1);
        xen.begin(2, set(L2, 1, table(L1))).serve(2, 2);

        assertThat(xen.ready(2)).isEqualTo(0b011);
        assertThat(xen.ready(0)).isEqualTo(0b100);
    }

    @Test
    void aTypeChangeAwayFromATableInterrupts() {
        TestXen xen = walking(machine(2));
        xen.run(0, new Pin(1, A));
        xen.run(0, new Unpin(A));
        xen.begin(1, FAULT);

        xen.begin(0, set(L1, 1, rw(A))).serve(0, 0);

        assertThat(xen.ready(0)).isZero();
        xen.finish(1);
        xen.finish(0);
        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).endsWith("0 TLB", "1 TLB|NO_ASSIST");
    }

    @Test
    void aTypeChangeAwayFromAPageDoesNot() {
        TestXen xen = walking(machine(2));
        xen.run(0, set(L1, 1, rw(A)));
        xen.run(0, set(L1, 1, 0));
        xen.begin(1, FAULT);

        assertThat(xen.run(0, new Pin(1, A))).isEqualTo(OK);

        assertThat(xen.stage(1)).isEqualTo(Stage.FAULT_WALK);
        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).endsWith("0 TLB", "1 TLB");
    }

    @Test
    void withoutTheFixNoTypeChangeInterrupts() {
        TestXen xen = walking(machine(2).defect(Defect.NO_FLUSH_REFUSES_ASSIST));
        xen.run(0, new Pin(1, A));
        xen.run(0, new Unpin(A));
        xen.begin(1, FAULT);

        assertThat(xen.run(0, set(L1, 1, rw(A)))).isEqualTo(OK);

        assertThat(xen.stage(1)).isEqualTo(Stage.FAULT_WALK);
    }

    @Test
    void withoutAHypervisorBelowTheFlagIsNotThere() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(0, new Pin(1, A));
        xen.run(0, new Unpin(A));
        xen.forget().run(0, set(L1, 1, rw(A)));

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE)).containsExactly("0 TLB", "1 TLB");
    }

    @Test
    void theClockLeavesNobodyOut() {
        TestXen xen = Guest.xen(machine(2), new None());
        xen.run(0, new Pin(1, A));
        xen.run(0, new Unpin(A));
        xen.run(0, new TlbFlush(new Scope.All())); // nobody has anything of A
        xen.forget().run(0, set(L1, 1, rw(A)));

        assertThat(xen.flushes(FlushSource.TYPE_CHANGE))
                .containsExactly("0 TLB", "1 TLB|NO_ASSIST");
    }
}
