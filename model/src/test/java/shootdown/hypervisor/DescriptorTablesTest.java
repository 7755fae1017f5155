package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.D;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.InvlpgInstruction;
import shootdown.hypervisor.Operation.LoadSelector;
import shootdown.hypervisor.Operation.MovToCr3;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.SetLdt;
import shootdown.hypervisor.Operation.UpdateDescriptor;

import java.util.List;

/**
 * GDT, LDT and emulated instructions (facts 6.8, 7.6, 7.8, and 10.4, rows D1, D2 and F8).
 *
 * <p>Of {@code DescriptorTables}, {@code LoadSegment}, {@code SegmentDescriptor}, {@code
 * SegmentState}, {@code Selectors}, {@code PrivilegedInstructions}, {@code Traps}.
 */
final class DescriptorTablesTest {
    /** Flat data and a call gate, both for level 0; a data segment that is not present. */
    private static final long DATA_DPL0 = 0x00CF_9200_0000_FFFFL;

    private static final long DATA_DPL3 = 0x00CF_F200_0000_FFFFL;
    private static final long DATA_DPL1 = 0x00CF_B200_0000_FFFFL;
    private static final long CODE64 = 0x00AF_9A00_0000_FFFFL;
    private static final long ABSENT_DATA = DATA_DPL3 & ~(1L << 47);
    private static final long GATE = 0x0000_EC00_0008_1234L;
    private static final long TSS = 0x0000_8900_0000_0067L;
    private static final long ACCESSED = 1L << 40;

    private static final SetLdt LDT = new SetLdt(0x1000, 512);

    private static LoadSelector gdt(int index) {
        return new LoadSelector(index << 3 | 3);
    }

    private static LoadSelector ldt(int index) {
        return new LoadSelector(index << 3 | 7);
    }

    /** A has descriptors in slots 0 and 1. */
    private static TestXen with(long first, long second) {
        TestXen xen = Guest.xen();
        xen.run(set(A, 0, first));
        xen.run(set(A, 1, second));
        return xen;
    }

    @Test
    void d1SetGdtTakesEachPageAndRaisesThePrivilegeLevels() {
        TestXen xen = with(ABSENT_DATA, DATA_DPL0);

        assertThat(xen.run(new SetGdt(List.of(A, B), 513))).isEqualTo(OK);

        assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_SEG_DESC);
        assertThat(xen.typeCount(B)).isEqualTo(1);
        assertThat(xen.entry(A, 0)).as("absent ones stay").isEqualTo(ABSENT_DATA);
        assertThat(xen.entry(A, 1)).isEqualTo(DATA_DPL3);
        assertThat(References.mistakes(xen)).isEmpty();

        assertThat(xen.run(new SetGdt(List.of(), 0))).isEqualTo(OK);
        assertThat(xen.typeCount(A)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void d1WhatIsUnfitIsRefusedAndUndone() {
        TestXen xen = with(0, 0);
        xen.run(set(B, 1, TSS));

        assertThat(xen.run(new SetGdt(List.of(A), 7169))).isEqualTo(EINVAL);
        assertThat(xen.run(new SetGdt(List.of(A), 513))).as("array too short").isEqualTo(EFAULT);
        assertThat(xen.run(new SetGdt(List.of(A, FRAMES + 3), 1024))).isEqualTo(EINVAL);
        assertThat(xen.run(new SetGdt(List.of(A, L2), 1024))).as("a table").isEqualTo(EINVAL);
        assertThat(xen.run(new SetGdt(List.of(A, PAGE), 1024))).as("mapped").isEqualTo(EINVAL);
        assertThat(xen.run(new SetGdt(List.of(A, B), 1024))).as("a TSS").isEqualTo(EINVAL);

        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.type(B)).isEqualTo(PageInfo.TYPE_NONE);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPageOfDescriptorsCannotBeMappedWritableNorBecomeATable() {
        TestXen xen = with(0, 0);
        xen.run(new SetGdt(List.of(A), 1));

        assertThat(xen.run(set(L1, 1, rw(A)))).isEqualTo(Errno.EBUSY);
        assertThat(xen.run(set(L1, 1, ro(A)))).isEqualTo(OK);
        assertThat(xen.run(new Operation.Pin(1, A))).isEqualTo(EINVAL);
        assertThat(xen.run(set(A, 0, 0))).as("U43").isEqualTo(EINVAL);
    }

    @Test
    void aCallGateTrapsWhenItIsUsed() {
        assertThat(SegmentDescriptor.isRefused(GATE, false)).isFalse();
        assertThat(SegmentDescriptor.adjusted(GATE, false)).isEqualTo(0x0000_8C00_000B_1234L);
        assertThat(SegmentDescriptor.isRefused(GATE | 1L << 32, false))
                .as("reserved bits")
                .isTrue();
        assertThat(SegmentDescriptor.isRefused(0x0000_EC00_E008_1234L, false))
                .as("Xen's code")
                .isTrue();
        assertThat(SegmentDescriptor.isRefused(TSS, false)).isTrue();
        assertThat(SegmentDescriptor.isRefused(TSS & ~(1L << 47), false)).as("absent").isFalse();
    }

    @Test
    void a32BitGuestsKernelRunsInRingOne() {
        TestXen xen = Pv32Guest.xen();
        xen.run(set(A, 0, DATA_DPL0));
        xen.run(set(A, 1, DATA_DPL3));

        assertThat(xen.run(new SetGdt(List.of(A), 2))).isEqualTo(OK);

        assertThat(xen.entry(A, 0)).isEqualTo(DATA_DPL1);
        assertThat(xen.entry(A, 1)).isEqualTo(DATA_DPL3);
        assertThat(xen.instruction(new LoadSelector(1))).as("RPL 1").isEqualTo("nothing");
        assertThat(xen.instruction(new LoadSelector(3))).isEqualTo("nothing");
        assertThat(xen.instruction(new LoadSelector(0xE021))).as("Xen's").isEqualTo("nothing");
        assertThat(xen.instruction(new LoadSelector(0xE023))).isEqualTo("exception 13(0xe020)");
    }

    @Test
    void a32BitGuestHasNo64BitCode() {
        assertThat(SegmentDescriptor.isRefused(CODE64, true)).isTrue();
        assertThat(SegmentDescriptor.isRefused(CODE64, false)).isFalse();
        assertThat(SegmentDescriptor.isRefused(CODE64 & ~(1L << 47), true)).as("absent").isFalse();

        TestXen xen = Pv32Guest.xen();
        assertThat(xen.run(new UpdateDescriptor(A, 0, CODE64))).isEqualTo(EINVAL);
        xen.run(set(A, 1, CODE64));
        assertThat(xen.run(new SetGdt(List.of(A), 2))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aCallGateOfA32BitGuestKeepsItsPrivilegeLevelInItsSelector() {
        long parameters = 0x1FL << 32;
        assertThat(SegmentDescriptor.isRefused(GATE | parameters, true)).isFalse();
        assertThat(SegmentDescriptor.isRefused(GATE | 1L << 37, true)).as("reserved").isTrue();
        assertThat(SegmentDescriptor.isRefused(0x0000_EC00_E019_1234L, true)).isFalse();
        assertThat(SegmentDescriptor.isRefused(0x0000_EC00_E033_1234L, true)).isTrue();
        assertThat(SegmentDescriptor.adjusted(GATE, true)).isEqualTo(0x0000_8C00_000B_1234L);
        assertThat(SegmentDescriptor.adjusted(GATE & ~(3L << 45), true))
                .isEqualTo(0x0000_8C00_0009_1234L);
    }

    @Test
    void whatXenStoresIsSoundForTheGuestOfThatWidth() {
        for (boolean pv32 : new boolean[] {false, true}) {
            for (long descriptor : new long[] {ABSENT_DATA, DATA_DPL0, DATA_DPL3, GATE, 0}) {
                assertThat(SegmentDescriptor.isSound(descriptor, pv32))
                        .isEqualTo(SegmentDescriptor.adjusted(descriptor, pv32) == descriptor);
                long stored = SegmentDescriptor.adjusted(descriptor, pv32);
                assertThat(SegmentDescriptor.isSound(stored, pv32)).isTrue();
            }
            long loaded = SegmentDescriptor.adjusted(DATA_DPL0, pv32) | ACCESSED;
            assertThat(SegmentDescriptor.isSound(loaded, pv32)).isTrue();
            assertThat(SegmentDescriptor.isSound(TSS, pv32)).isFalse();
        }
        assertThat(SegmentDescriptor.isSound(DATA_DPL1, true)).isTrue();
        assertThat(SegmentDescriptor.isSound(DATA_DPL1, false)).isFalse();
    }

    @Test
    void d2UpdateDescriptorChecksTheDescriptorAndTheFrame() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new UpdateDescriptor(A, 0, TSS))).isEqualTo(EINVAL);
        assertThat(xen.run(new UpdateDescriptor(FRAMES + 3, 0, 0))).isEqualTo(EINVAL);
        assertThat(xen.run(new UpdateDescriptor(L1, 0, DATA_DPL3))).isEqualTo(EINVAL);

        assertThat(xen.run(new UpdateDescriptor(A, 0, DATA_DPL0))).isEqualTo(OK);
        assertThat(xen.entry(A, 0)).isEqualTo(DATA_DPL3);
        assertThat(xen.type(A)).as("a plain page").isEqualTo(PageInfo.TYPE_WRITABLE);

        xen.run(new SetGdt(List.of(B), 1));
        assertThat(xen.run(new UpdateDescriptor(B, 1, DATA_DPL0))).isEqualTo(OK);
        assertThat(xen.type(B)).isEqualTo(PageInfo.TYPE_SEG_DESC);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aSelectorOfTheGdtIsLoadedAndItsDescriptorMarked() {
        TestXen xen = with(ABSENT_DATA, DATA_DPL0);
        xen.run(new SetGdt(List.of(A), 512));

        assertThat(xen.instruction(gdt(1))).isEqualTo("nothing");
        assertThat(xen.entry(A, 1)).isEqualTo(DATA_DPL3 | ACCESSED);
        assertThat(xen.instruction(new LoadSelector(0))).as("null").isEqualTo("nothing");
        assertThat(xen.instruction(new LoadSelector(0xE02B))).as("Xen's").isEqualTo("nothing");
        assertThat(xen.instruction(new LoadSelector(0xE010))).isEqualTo("exception 13(0xe010)");
        assertThat(xen.instruction(gdt(258))).as("empty").isEqualTo("exception 13(0x810)");
        assertThat(xen.instruction(gdt(600))).as("no page").isEqualTo("exception 13(0x12c0)");
    }

    @Test
    void anAbsentSegmentIsNotPresent() {
        TestXen xen = with(0, ABSENT_DATA);
        xen.run(new SetGdt(List.of(A), 512));

        assertThat(xen.instruction(gdt(1))).isEqualTo("exception 11(0x8)");
    }

    @Test
    void x30AndX31SetLdtLooksAtItsArgumentsOnly() {
        TestXen xen = Guest.xen();

        assertThat(xen.run(new SetLdt(0x1000, 8193))).isEqualTo(EINVAL);
        assertThat(xen.run(new SetLdt(0x1008, 1))).isEqualTo(EINVAL);
        assertThat(xen.run(new SetLdt(0xFFFF_8000_0000_0000L, 1))).isEqualTo(EINVAL);
        assertThat(xen.run(new SetLdt(0x1008, 0))).isEqualTo(OK);
        assertThat(xen.run(LDT)).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPageOfTheLdtIsTakenWhenASelectorNeedsIt() {
        TestXen xen = with(0, DATA_DPL0);
        xen.run(LDT);
        assertThat(xen.instruction(ldt(1))).as("not mapped").isEqualTo("#PF(0) at 0x1008");

        xen.run(set(L1, 1, ro(A)));
        assertThat(xen.instruction(ldt(1))).isEqualTo("nothing");
        assertThat(xen.entry(A, 1)).isEqualTo(DATA_DPL3 | ACCESSED);
        assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_SEG_DESC);
        assertThat(xen.instruction(ldt(512))).as("beyond").isEqualTo("exception 13(0x1004)");
        assertThat(References.mistakes(xen)).isEmpty();

        xen.forget();
        xen.run(new SetLdt(0, 0));
        assertThat(xen.typeCount(A)).isZero();
        assertThat(xen.flushes()).hasSize(1);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPageOfTheLdtThatIsMappedWritableIsAPageFault() {
        TestXen xen = with(0, DATA_DPL0);
        xen.run(LDT);
        xen.run(set(L1, 1, rw(A)));

        assertThat(xen.instruction(ldt(1))).isEqualTo("#PF(0) at 0x1008");
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anotherBaseGivesUpThePagesOfTheLdt() {
        TestXen xen = with(0, DATA_DPL0);
        xen.run(LDT);
        xen.run(set(L1, 1, ro(A)));
        xen.instruction(ldt(1));
        xen.run(set(B, 0, Guest.table(Guest.L3)));

        assertThat(xen.run(new NewBaseptr(L4))).as("the same").isEqualTo(OK);
        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.run(new NewBaseptr(B))).isEqualTo(OK);
        assertThat(xen.typeCount(A)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void f8MovToCr3IsNewBaseptrOrAProtectionFault() {
        for (boolean xpti : new boolean[] {false, true}) {
            TestXen xen = Guest.xen(Guest.machine().xpti(xpti));
            xen.run(set(B, 0, Guest.table(Guest.L3)));

            assertThat(xen.instruction(new MovToCr3(FRAMES + 3))).isEqualTo("exception 13(0x0)");
            assertThat(xen.instruction(new MovToCr3(L2))).isEqualTo("exception 13(0x0)");
            assertThat(xen.instruction(new MovToCr3(B))).isEqualTo("nothing");
            assertThat(xen.xen.cpus().kernelBase(xen.s, 0)).isEqualTo(B);
            assertThat(xen.instruction(new InvlpgInstruction(V))).isEqualTo("exception 13(0x0)");
            assertThat(References.mistakes(xen)).isEmpty();
        }
    }

    @Test
    void whatAFailedMovToCr3LeavesIsDroppedByTheNextHypercall() {
        TestXen xen = Guest.xen();
        xen.run(set(C, 0, Guest.table(Guest.L3)));
        xen.run(set(C, 1, rw(D) | shootdown.hardware.Pte.PCD));

        assertThat(xen.instruction(new MovToCr3(C))).isEqualTo("exception 13(0x0)");
        assertThat(xen.xen.pages().partial(xen.s, C)).as("half validated").isTrue();

        xen.run(set(L1, 1, 0));
        assertThat(xen.typeCount(C)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }
}
