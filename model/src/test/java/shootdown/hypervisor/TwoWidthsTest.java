package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.Transfer;

import java.util.List;

/**
 * A 64-bit and a 32-bit domain on one machine: what a domain may do goes by its own width (facts
 * 3.7, 7.6), and a frame that goes from one to the other takes nothing along (XSA-214).
 *
 * <p>The guest of {@link Guest} is on CPU 0, the 32-bit one on CPU 1.
 *
 * <p>Of {@code Machine}, {@code EntryRules}, {@code PageInfo}, {@code SegmentDescriptor}.
 */
final class TwoWidthsTest {
    private static final int WIDE = 1;
    private static final int NARROW = 2;
    private static final int N3 = FRAMES;
    private static final int N2 = FRAMES + 1;
    private static final int N1 = FRAMES + 2;
    private static final int NPAGE = FRAMES + 3;

    private static final long CODE64_DPL0 = 0x00AF_9A00_0000_FFFFL;
    private static final long CODE64_DPL3 = 0x00AF_FA00_0000_FFFFL;
    private static final SetGdt GDT = new SetGdt(List.of(A), 2);
    private static final SetGdt NO_GDT = new SetGdt(List.of(), 0);

    private static Machine.Builder machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(2)
                        .frames(FRAMES + 4)
                        .slots(0, 1, LinearMap.SLOT)
                        .domain(WIDE, false, false)
                        .domain(NARROW, false, false)
                        .load(1, NARROW)
                        .pv32(NARROW);
        for (int mfn = N3; mfn <= NPAGE; mfn++) {
            machine.owner(mfn, NARROW);
        }
        return machine;
    }

    private static TestXen xen(Machine.Builder machine) {
        return new TestXen(
                machine,
                first -> {
                    Guest.chain(first);
                    first.entry(N3, 0, table(N2))
                            .entry(N2, 0, table(N1))
                            .entry(A, 0, CODE64_DPL0)
                            .pin(3, N3)
                            .load(0, L4)
                            .load(1, N3);
                });
    }

    @Test
    void eachCpuRunsOnTheRootOfItsGuest() {
        TestXen xen = xen(machine());

        assertThat(ControlRegister.root(xen.s[xen.layout.geometry().cr3(0)])).isEqualTo(L4);
        int monitor = xen.layout.rootFrame(1);
        assertThat(ControlRegister.root(xen.s[xen.layout.geometry().cr3(1)])).isEqualTo(monitor);
        assertThat(Pte.mfn(xen.entry(monitor, 0))).isEqualTo(N3);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void bitsAreForcedIntoEntriesByTheWidthOfTheTablesOwner() {
        TestXen xen = xen(machine());
        long bits = Pte.PRESENT | Pte.RW | Pte.ACCESSED | Pte.DIRTY;

        assertThat(xen.run(0, set(L1, 1, Pte.of(PAGE, bits)))).isEqualTo(OK);
        assertThat(xen.run(1, set(N1, 1, Pte.of(NPAGE, bits)))).isEqualTo(OK);

        assertThat(xen.entry(L1, 1)).isEqualTo(Pte.of(PAGE, bits | Pte.USER | Pte.GUEST_KERNEL));
        assertThat(xen.entry(N1, 1)).isEqualTo(Pte.of(NPAGE, bits));
    }

    @Test
    void basePointersAreOfTheCallersWidth() {
        TestXen xen = xen(machine());

        assertThat(xen.run(0, new NewBaseptr(L4))).isEqualTo(OK);
        assertThat(xen.run(0, new NewBaseptr(L3))).isEqualTo(EINVAL);
        assertThat(xen.run(1, new NewBaseptr(N3))).isEqualTo(OK);
        assertThat(xen.run(1, new NewBaseptr(N2))).isEqualTo(EINVAL);
        assertThat(xen.run(1, new Pin(4, N2))).as("nothing").isEqualTo(OK);
        assertThat(xen.run(1, new NewUserBaseptr(N3))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPageThatWasOfDescriptorsStaysValidForItsOwner() {
        TestXen xen = xen(machine());
        xen.run(0, GDT);
        xen.run(0, NO_GDT);

        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.xen.pages().validated(xen.s, A)).as("still").isTrue();

        xen.run(0, set(A, 0, CODE64_DPL0));
        assertThat(xen.run(0, GDT)).isEqualTo(OK);
        assertThat(xen.entry(A, 0)).as("looked at again").isEqualTo(CODE64_DPL3);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPageThatChangesHandsIsLookedAtAgain() {
        TestXen xen = transferred(machine());

        assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_NONE);
        assertThat(xen.run(1, GDT)).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    /** XSA-214. */
    @Test
    void withItsTypeItIsTakenAsItIs() {
        TestXen xen = transferred(machine().defect(Defect.TYPE_KEPT_ON_TRANSFER));

        assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_SEG_DESC);
        assertThat(xen.run(1, GDT)).isEqualTo(OK);
        assertThat(SegmentDescriptor.isSound(xen.entry(A, 0), true)).isFalse();
    }

    private static TestXen transferred(Machine.Builder machine) {
        TestXen xen = xen(machine);
        xen.run(0, GDT);
        xen.run(0, NO_GDT);
        xen.run(0, new Transfer(A, NARROW));
        assertThat(xen.xen.pages().owner(xen.s, A)).isEqualTo(NARROW);
        return xen;
    }

    @Test
    void whatIsNotModelledBesideA32BitGuestIsRefused() {
        refused(machine().allow(new Schedule(0)), "a vCPU of a 32-bit guest stays on its CPU");
        refused(machine().xpti(true), "beside a 32-bit guest there is neither XPTI nor PCID");
        refused(machine().pcid(true), "beside a 32-bit guest there is neither XPTI nor PCID");
    }

    @Test
    void transfersAreNoPartOfPrograms() {
        Call transfer = new Call.Alone(new Transfer(B, NARROW));

        refused(machine().program(0, transfer), "a program has no scheduler and no transfers");
    }

    private static void refused(Machine.Builder machine, String why) {
        assertThatThrownBy(machine::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }
}
