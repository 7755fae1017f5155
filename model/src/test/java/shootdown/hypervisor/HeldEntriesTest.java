package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.policy.None;

/**
 * What a stale translation can do to a table that is being validated, in a Xen whose type changes
 * do not flush.
 *
 * <p>Of {@code HeldEntries}, {@code EntryStore}.
 */
final class HeldEntriesTest {
    private static final VirtualAddress W = new VirtualAddress(0, 0, 0, 1);

    private TestXen xen;

    /** CPU 1 may still write A, which CPU 0 has unmapped and will use as an L1 table. */
    @BeforeEach
    void staleTranslation() {
        Machine.Builder machine = Guest.machine(2).track(W).defect(Defect.NO_TYPE_CHANGE_FLUSH);
        xen = Guest.xen(machine, new None());
        xen.run(set(A, 0, rw(B)));
        xen.run(set(L1, 1, rw(A)));
        xen.run(set(L1, 1, 0));
        assertThat(xen.mayReach(1, W)).contains(A);
        xen.begin(0, set(L2, 1, table(A)));
        assertThat(xen.stage(0)).isEqualTo(Stage.TYPE_VALIDATE);
    }

    private void store(int slot) {
        xen.answer(0).begin(1, new Access(AccessKind.WRITE, false, W, slot, 0));
    }

    @Test
    void aStoreMayComeBeforeValidationHasReadTheEntry() {
        store(0);

        assertThat(xen.log()).doesNotContain("store reaches table " + A);
        assertThat(xen.entry(A, 0)).isZero();
    }

    /** A[0] waits until B is writable. */
    @Test
    void butNotOnceTheEntryHoldsReferences() {
        xen.step(0);
        assertThat(xen.log()).contains("publish " + B + " as 7");

        store(0);

        assertThat(xen.log()).contains("store reaches table " + A);
        assertThat(xen.entry(A, 0)).isEqualTo(rw(B));
    }
}
