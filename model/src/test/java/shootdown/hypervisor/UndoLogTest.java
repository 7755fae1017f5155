package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.Pin;

/** What a call keeps of the entries that it replaces: all to which a third CPU may still come. */
final class UndoLogTest {
    private final TestXen xen = Guest.xen(Guest.machine(3));

    /** The L2 table is pinned, and then nothing but that entry names it. */
    private void takeTheTableOut() {
        xen.run(0, new Pin(2, L2));
        xen.enter(0).begin(0, set(L3, 0, 0));
        while (xen.xen.log().size(xen.s, 0) == 0) {
            xen.step(0);
        }
    }

    private void editTheTable() {
        xen.enter(1).begin(1, set(L2, 0, 0));
        while (xen.entry(L2, 0) != 0) {
            xen.step(1);
        }
    }

    @Test
    void anEntryOfATableThatAnUnfinishedCallHasTakenOutIsKept() {
        takeTheTableOut();
        editTheTable();

        UndoLog log = xen.xen.log();
        assertThat(log.size(xen.s, 1)).isEqualTo(1);
        assertThat(log.table(xen.s, 1, 0)).isEqualTo(L2);
        assertThat(Pte.mfn(log.oldEntry(xen.s, 1, 0))).isEqualTo(Pte.mfn(table(L1)));
    }

    @Test
    void anEntryOfATableThatAFinishedCallHasTakenOutIsNot() {
        takeTheTableOut();
        xen.finish(0);
        editTheTable();

        assertThat(xen.xen.log().size(xen.s, 1)).isZero();
    }
}
