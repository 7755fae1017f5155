package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.VmAssist;
import shootdown.policy.None;

import java.util.List;

/**
 * Stores of the guest kernel to page tables that it maps read-only (facts 10.4, rows F1 to F4).
 *
 * <p>Of {@code Ptwr}.
 */
final class PtwrTest {
    private static final VirtualAddress W = va(0, 0, 0, 1);
    private static final VmAssist ENABLE = new VmAssist(0, 2);

    private static Access store(long value) {
        return new Access(AccessKind.WRITE, false, W, 1, value);
    }

    /** A is an L1 table; W maps it read-only. */
    private static TestXen mapped(Machine.Builder machine, boolean assist) {
        TestXen xen = Guest.xen(machine);
        assertThat(xen.run(new Pin(1, A))).isEqualTo(OK);
        assertThat(xen.run(set(L1, 1, ro(A)))).isEqualTo(OK);
        if (assist) {
            assertThat(xen.run(ENABLE)).isEqualTo(OK);
        }
        return xen;
    }

    @Test
    void f1WithoutTheAssistTheGuestGetsTheFault() {
        TestXen xen = mapped(Guest.machine(), false);

        assertThat(xen.instruction(store(rw(PAGE)))).isEqualTo("#PF(3) at 0x1008");
        assertThat(xen.entry(A, 1)).isZero();
    }

    @Test
    void f2WithTheAssistXenCarriesOutTheStore() {
        for (Machine.Builder machine :
                List.of(
                        Guest.machine(),
                        Guest.machine().xpti(true),
                        Guest.machine().xpti(true).pcid(true))) {
            TestXen xen = mapped(machine, true);

            assertThat(xen.instruction(store(Pte.of(B, Pte.PRESENT | Pte.RW))))
                    .startsWith("access to 5");

            assertThat(xen.entry(A, 1))
                    .as("adjusted")
                    .isEqualTo(Pte.of(B, Pte.PRESENT | Pte.RW | Pte.USER | Pte.GUEST_KERNEL));
            assertThat(xen.typeCount(B)).isEqualTo(1);
            assertThat(References.mistakes(xen)).isEmpty();

            assertThat(xen.instruction(store(0x1234_5678L & ~Pte.PRESENT))).startsWith("access");
            assertThat(xen.entry(A, 1)).as("verbatim").isEqualTo(0x1234_5678L & ~Pte.PRESENT);
            assertThat(xen.typeCount(B)).isZero();
            assertThat(References.mistakes(xen)).isEmpty();
        }
    }

    @Test
    void f3AnEntryThatXenRefusesIsAFault() {
        TestXen xen = mapped(Guest.machine(), true);

        assertThat(xen.instruction(store(rw(L2)))).as("a table").isEqualTo("#PF(3) at 0x1008");
        assertThat(xen.instruction(store(rw(B) | Pte.PWT))).isEqualTo("#PF(3) at 0x1008");
        assertThat(xen.instruction(store(rw(99)))).isEqualTo("#PF(3) at 0x1008");
        assertThat(xen.entry(A, 1)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void f4OnlyL1TablesAreWrittenByXen() {
        TestXen xen = mapped(Guest.machine(), true);
        xen.run(set(L1, 1, ro(L2)));

        assertThat(xen.instruction(store(table(A)))).isEqualTo("#PF(3) at 0x1008");
        xen.run(set(L1, 1, ro(PAGE)));
        assertThat(xen.instruction(store(0))).as("no table").isEqualTo("#PF(3) at 0x1008");
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void userModeAndFetchesAndAbsentPagesAreNotMended() {
        TestXen xen = mapped(Guest.machine(), true);
        xen.run(new Operation.NewUserBaseptr(Guest.L4));
        Access user = new Access(AccessKind.WRITE, true, W, 1, 0);

        assertThat(xen.instruction(user)).isEqualTo("#PF(7) at 0x1008");
        xen.run(set(L1, 1, 0));
        xen.instruction(store(0));
        assertThat(xen.instruction(store(0))).isEqualTo("#PF(2) at 0x1008");
    }

    @Test
    void aStaleLinearReadLeadsToTheOldTable() {
        Machine.Builder machine = Guest.machine();
        TestXen xen =
                new TestXen(
                        machine,
                        first -> {
                            Guest.chain(first);
                            first.entry(B, 1, ro(C)).pin(1, C).pin(1, B).load(0, Guest.L4);
                        },
                        new None());
        xen.run(new Pin(1, A));
        xen.run(new Pin(1, L1));
        xen.run(set(L1, 1, ro(A)));
        xen.run(ENABLE);
        xen.run(set(L2, 0, table(B)));

        xen.begin(0, store(rw(PAGE)));
        assertThat(xen.stage(0)).isEqualTo(Stage.FAULT_READ);
        xen.answer(1).step(0);
        xen.finish(0);

        assertThat(xen.entry(C, 1)).as("the table mapped now").isEqualTo(rw(PAGE));
        assertThat(xen.instruction(store(rw(PAGE)))).startsWith("access to 5");
        assertThat(xen.entry(A, 1)).as("the table mapped before").isEqualTo(rw(PAGE));
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
