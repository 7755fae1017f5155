package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.D;
import static shootdown.hypervisor.Guest.E;
import static shootdown.hypervisor.Guest.FRAMES;
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
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The rows of facts 10.1 (U), 10.2 (V) and 10.3 (X) that this machine can express: a precondition,
 * one request, its code, and what is true afterwards. Every row also checks all counts.
 *
 * <p>Not expressible: M2P updates, foreign domains, I/O memory with permission, caches of special
 * pages, handles and bitmaps that fault, MMUEXT operations on caches, LDT and page contents.
 *
 * <p>Of {@code MmuUpdate}, {@code UpdateVaMapping}, {@code MmuExt}, {@code XenSlots}, {@code
 * Errno}, {@code Operation}.
 */
final class RowsTest {
    record Row(String id, Consumer<TestXen> given, Operation operation, int code, Check then) {
        @Override
        public String toString() {
            return id + ": " + operation.text();
        }
    }

    @FunctionalInterface
    interface Check {
        void check(TestXen xen);
    }

    private static void nothing(TestXen xen) {}

    private static Row row(String id, Consumer<TestXen> given, Operation operation, int code) {
        return new Row(id, given, operation, code, xen -> {});
    }

    private static Consumer<TestXen> given(Operation... operations) {
        return xen -> {
            for (Operation operation : operations) {
                assertThat(xen.run(operation)).as(operation.text()).isEqualTo(OK);
            }
        };
    }

    private static Consumer<TestXen> foreign(int mfn) {
        return xen -> xen.poke(x -> x.xen.pages().setOwner(x.s, mfn, 7));
    }

    private static Consumer<TestXen> segDesc(int mfn) {
        return xen ->
                xen.poke(
                        x -> {
                            x.xen.pages().publish(x.s, mfn, PageInfo.TYPE_SEG_DESC);
                            x.xen.pages().setValidated(x.s, mfn, true);
                        });
    }

    private static UpdateVaMappingCall uvm(VirtualAddress va, long value) {
        return new UpdateVaMappingCall(va, value, Flush.NONE, new Scope.Local());
    }

    static Stream<Row> mmuUpdate() {
        return Stream.of(
                row("U15 no such frame", RowsTest::nothing, set(FRAMES + 3, 0, 0), EINVAL),
                row("U15 foreign", foreign(A), set(A, 0, 0), EINVAL),
                new Row(
                        "U17",
                        RowsTest::nothing,
                        set(L1, 0, 0xABCD_0000_1234_5678L & ~Pte.PRESENT),
                        OK,
                        xen -> {
                            long verbatim = 0xABCD_0000_1234_5678L & ~Pte.PRESENT;
                            assertThat(xen.entry(L1, 0)).isEqualTo(verbatim);
                            assertThat(xen.typeCount(PAGE)).isZero();
                        }),
                refused("U18 PWT", L1, rw(A) | Pte.PWT, EINVAL),
                refused("U18 PCD", L1, rw(A) | Pte.PCD, EINVAL),
                refused("U18 PAT", L1, rw(A) | Pte.PSE, EINVAL),
                new Row(
                        "U19 RO",
                        RowsTest::nothing,
                        set(L1, 1, Pte.of(A, Pte.PRESENT)),
                        OK,
                        xen ->
                                assertThat(xen.entry(L1, 1))
                                        .isEqualTo(
                                                Pte.of(
                                                        A,
                                                        Pte.PRESENT
                                                                | Pte.USER
                                                                | Pte.GUEST_KERNEL))),
                row("U19 RW", RowsTest::nothing, set(L1, 1, rw(A)), OK),
                row("U19 RW of a writable page", RowsTest::nothing, set(L1, 1, rw(PAGE)), OK),
                row("U20 L4", RowsTest::nothing, set(L1, 1, ro(L4)), OK),
                row("U20 itself", RowsTest::nothing, set(L1, 1, ro(L1)), OK),
                refused("U21 L2", L1, rw(L2), EBUSY),
                refused("U21 L4", L1, rw(L4), EBUSY),
                row("U21 seg_desc", segDesc(A), set(L1, 1, rw(A)), EBUSY),
                new Row(
                        "U22",
                        given(new Pin(2, A), new Unpin(A)),
                        set(L1, 1, rw(A)),
                        OK,
                        xen ->
                                assertThat(xen.flushes(Observer.FlushSource.TYPE_CHANGE))
                                        .containsExactly("0 TLB")),
                row("U23 foreign", foreign(A), set(L1, 1, ro(A)), EBUSY),
                refused("U24", L1, ro(FRAMES + 3), EPERM),
                refused("U24 all ones", L1, Pte.MFN_MASK | Pte.PRESENT, EINVAL),
                new Row(
                        "U28",
                        RowsTest::nothing,
                        set(L1, 0, rw(PAGE) ^ (Pte.ACCESSED | Pte.NX | Pte.AVAIL | Pte.GLOBAL)),
                        OK,
                        xen -> assertThat(xen.typeCount(PAGE)).isEqualTo(1)),
                new Row(
                        "U29",
                        RowsTest::nothing,
                        set(L2, 1, table(A)),
                        OK,
                        xen ->
                                assertThat(xen.flushes(Observer.FlushSource.POLICY))
                                        .containsExactly("0 TLB")),
                refused("U30", L2, table(PAGE), EINVAL),
                row("U31 foreign", foreign(A), set(L2, 1, table(A)), EINVAL),
                refused("U31 no such frame", L2, table(FRAMES + 3), EINVAL),
                row("U32 EBUSY", given(set(A, 0, rw(L3))), set(L2, 1, table(A)), EBUSY),
                row("U32 EPERM", given(set(A, 0, ro(FRAMES + 3))), set(L2, 1, table(A)), EPERM),
                row("U32 EINVAL", given(set(A, 0, ro(B) | Pte.PWT)), set(L2, 1, table(A)), EINVAL),
                refused("U33 PSE", L2, table(A) | Pte.PSE, EINVAL),
                refused("U33 G", L2, table(A) | Pte.GLOBAL, EINVAL),
                new Row(
                        "U34",
                        given(new Pin(2, A)),
                        set(L2, 1, ro(A)),
                        OK,
                        xen -> assertThat(xen.typeCount(A)).isEqualTo(2)),
                new Row(
                        "U34 leftover",
                        given(new Pin(2, A), new Unpin(A)),
                        set(L2, 1, ro(A)),
                        OK,
                        xen -> assertThat(xen.type(A)).isEqualTo(1)),
                row("U35", given(new Pin(2, A)), set(L2, 1, table(A)), EINVAL),
                row(
                        "U36 target has linear entries",
                        given(new Pin(2, A), new Pin(2, B), set(A, 0, ro(B))),
                        set(L2, 1, ro(A)),
                        EINVAL),
                row(
                        "U36 table is a target",
                        given(new Pin(2, A), new Pin(2, B), set(A, 0, ro(L2))),
                        set(L2, 1, ro(B)),
                        EINVAL),
                new Row(
                        "U37",
                        RowsTest::nothing,
                        set(L2, 1, ro(L2)),
                        OK,
                        xen -> assertThat(xen.typeCount(L2)).isEqualTo(1)),
                row("U38 L3 as U29", RowsTest::nothing, set(L3, 1, table(A)), OK),
                row("U38 L4 as U29", RowsTest::nothing, set(L4, 1, table(A)), OK),
                refused("U38 L3 as U30", L3, table(L1), EINVAL),
                refused("U38 L4 as U33", L4, table(A) | Pte.GLOBAL, EINVAL),
                row("U38 L4 as U34", given(new Pin(4, A)), set(L4, 1, ro(A)), OK),
                row("U38 L3 as U35", given(new Pin(3, A)), set(L3, 1, table(A)), EINVAL),
                row(
                        "U38 grandchild",
                        given(set(A, 0, table(B)), set(B, 0, rw(L4))),
                        set(L3, 1, table(A)),
                        EBUSY),
                row("U39", RowsTest::nothing, set(L4, LinearMap.SLOT, 0), EINVAL),
                row(
                        "U39 same value",
                        RowsTest::nothing,
                        set(L4, LinearMap.SLOT, table(L4)),
                        EINVAL),
                new Row(
                        "U41",
                        RowsTest::nothing,
                        set(PAGE, 1, 0x123),
                        OK,
                        xen -> assertThat(xen.entry(PAGE, 1)).isEqualTo(0x123)),
                new Row(
                        "U42 never typed",
                        RowsTest::nothing,
                        set(A, 1, 0x123),
                        OK,
                        xen -> {
                            assertThat(xen.entry(A, 1)).isEqualTo(0x123);
                            assertThat(xen.type(A)).isEqualTo(PageInfo.TYPE_WRITABLE);
                            assertThat(xen.typeCount(A)).isZero();
                        }),
                new Row(
                        "U42 leftover",
                        given(new Pin(3, A), new Unpin(A)),
                        set(A, 1, 0x123),
                        OK,
                        xen ->
                                assertThat(xen.flushes(Observer.FlushSource.TYPE_CHANGE))
                                        .containsExactly("0 TLB")),
                row("U43", segDesc(A), set(A, 0, 0), EINVAL),
                new Row(
                        "U44",
                        RowsTest::nothing,
                        set(L2, 0, 0),
                        OK,
                        xen ->
                                assertThat(xen.log())
                                        .containsSubsequence("flush POLICY on CPU 0", "drop 3")),
                refused("U45", L1, rw(L1), EBUSY),
                new Row(
                        "U46",
                        RowsTest::nothing,
                        set(L2, 0, table(L1)),
                        OK,
                        xen ->
                                assertThat(xen.flushes(Observer.FlushSource.POLICY))
                                        .containsExactly("0 TLB")),
                new Row(
                        "U47",
                        RowsTest::nothing,
                        new MmuUpdateRequest(L1, 0, rw(PAGE) & ~(Pte.ACCESSED | Pte.DIRTY), true),
                        OK,
                        xen -> assertThat(xen.entry(L1, 0)).isEqualTo(rw(PAGE))),
                new Row(
                        "U47 another frame",
                        RowsTest::nothing,
                        new MmuUpdateRequest(L1, 0, Pte.of(A, Pte.PRESENT | Pte.USER), true),
                        OK,
                        xen ->
                                assertThat(xen.entry(L1, 0))
                                        .isEqualTo(
                                                Pte.of(
                                                        A,
                                                        Pte.PRESENT
                                                                | Pte.USER
                                                                | Pte.GLOBAL
                                                                | Pte.ACCESSED
                                                                | Pte.DIRTY))));
    }

    private static Row refused(String id, int table, long value, int code) {
        return new Row(
                id,
                RowsTest::nothing,
                set(table, 1, value),
                code,
                xen -> {
                    assertThat(xen.entry(table, 1)).as("nothing changed").isZero();
                    assertThat(xen.flushes(Observer.FlushSource.POLICY)).isEmpty();
                });
    }

    static Stream<Row> updateVaMapping() {
        return Stream.of(
                row("V1 linear slot", RowsTest::nothing, uvm(va(258, 0, 0, 0), 0), EINVAL),
                row("V1 first Xen slot", RowsTest::nothing, uvm(va(256, 0, 0, 0), 0), EINVAL),
                row("V2 no L3", RowsTest::nothing, uvm(va(1, 0, 0, 0), 0), EINVAL),
                row("V2 no L2", RowsTest::nothing, uvm(va(0, 1, 0, 0), 0), EINVAL),
                row("V2 no L1", RowsTest::nothing, uvm(va(0, 0, 1, 0), 0), EINVAL),
                row("V2 no entry is needed", RowsTest::nothing, uvm(va(0, 0, 0, 1), ro(A)), OK),
                row("V4", given(set(L2, 1, ro(L2))), uvm(va(0, 0, 1, 0), 0), EINVAL),
                row("V4 L3", given(set(L3, 1, ro(L3))), uvm(va(0, 1, 0, 0), 0), EINVAL),
                row("V5 as U17", RowsTest::nothing, uvm(V, 0), OK),
                row("V5 as U18", RowsTest::nothing, uvm(V, rw(A) | Pte.PCD), EINVAL),
                row("V5 as U19", RowsTest::nothing, uvm(V, rw(A)), OK),
                row("V5 as U20", RowsTest::nothing, uvm(V, ro(L2)), OK),
                row("V5 as U21", RowsTest::nothing, uvm(V, rw(L2)), EBUSY),
                row("V5 as U22", given(new Pin(2, A), new Unpin(A)), uvm(V, rw(A)), OK),
                row("V5 as U23", foreign(A), uvm(V, ro(A)), EBUSY),
                row("V5 as U24", RowsTest::nothing, uvm(V, ro(FRAMES + 3)), EPERM),
                row("V5 as U28", RowsTest::nothing, uvm(V, rw(PAGE) | Pte.AVAIL), OK),
                new Row(
                        "V7",
                        RowsTest::nothing,
                        uvm(V, rw(A)),
                        OK,
                        xen -> assertThat(xen.flushes()).isEmpty()),
                new Row(
                        "5.1 a failure flushes nothing",
                        RowsTest::nothing,
                        new UpdateVaMappingCall(V, rw(L2), Flush.TLB_FLUSH, new Scope.All()),
                        EBUSY,
                        xen -> assertThat(xen.flushes()).isEmpty()));
    }

    static Stream<Row> mmuExt() {
        return Stream.of(
                row("X6 no such frame", RowsTest::nothing, new Pin(1, FRAMES + 3), EINVAL),
                row("X6 foreign", foreign(A), new Pin(1, A), EINVAL),
                row("X7 other level", RowsTest::nothing, new Pin(3, L2), EINVAL),
                row("X7 mapped writable", RowsTest::nothing, new Pin(1, PAGE), EINVAL),
                row("X8 flags", given(set(A, 0, ro(B) | Pte.PWT)), new Pin(1, A), EINVAL),
                row("X8 conflict in an L1", given(set(A, 0, rw(L4))), new Pin(1, A), EBUSY),
                row("X8 MMIO", given(set(A, 0, ro(FRAMES + 3))), new Pin(1, A), EPERM),
                row("X8 bad child", given(set(A, 0, table(PAGE))), new Pin(2, A), EINVAL),
                row("X9", RowsTest::nothing, new Pin(4, L4), EINVAL),
                row("X9 L1", given(new Pin(1, A)), new Pin(1, A), EINVAL),
                row("X10", given(new Pin(1, A)), new Pin(2, A), EINVAL),
                row("X11 unused", RowsTest::nothing, new Pin(3, A), OK),
                new Row(
                        "X11 in use",
                        RowsTest::nothing,
                        new Pin(3, L3),
                        OK,
                        xen ->
                                assertThat(xen.log())
                                        .as("a pure change of counts")
                                        .containsExactly("return 0")),
                row("X12", given(set(A, 1, ro(A))), new Pin(4, A), OK),
                row("X13", given(set(A, LinearMap.SLOT, 0x777L)), new Pin(4, A), OK),
                row("X14", RowsTest::nothing, new Pin(1, A), OK),
                row("X15", given(set(A, 0, rw(A))), new Pin(1, A), EBUSY),
                row("X16", given(set(A, 0, table(B)), set(B, 0, rw(A))), new Pin(2, A), EBUSY),
                row("X17 not pinned", RowsTest::nothing, new Unpin(L2), EINVAL),
                row("X17 bad frame", RowsTest::nothing, new Unpin(FRAMES + 3), EINVAL),
                row("X17 foreign", foreign(A), new Unpin(A), EINVAL),
                row("X18 unused", given(new Pin(1, A)), new Unpin(A), OK),
                new Row(
                        "X18 loaded",
                        RowsTest::nothing,
                        new Unpin(L4),
                        OK,
                        xen -> {
                            assertThat(xen.typeCount(L4)).isEqualTo(1);
                            assertThat(xen.flushes()).isEmpty();
                        }),
                row("X20", RowsTest::nothing, new NewBaseptr(L4), OK),
                row("X21 no such frame", RowsTest::nothing, new NewBaseptr(FRAMES + 3), EINVAL),
                row("X21 other type", RowsTest::nothing, new NewBaseptr(L3), EINVAL),
                row("X22", given(set(A, 0, table(L3))), new NewBaseptr(A), OK),
                row("X23", given(set(A, 0, table(PAGE))), new NewBaseptr(A), EINVAL),
                row("X23 later", given(set(A, 1, table(PAGE))), new NewBaseptr(A), EINVAL),
                new Row(
                        "X24",
                        given(new NewUserBaseptr(L4)),
                        new NewUserBaseptr(-1),
                        OK,
                        xen -> assertThat(xen.xen.cpus().userBase(xen.s, 0)).isNegative()),
                row("X25 same", given(new NewUserBaseptr(L4)), new NewUserBaseptr(L4), OK),
                row("X25 none to none", RowsTest::nothing, new NewUserBaseptr(-1), OK),
                row("X25 bad", RowsTest::nothing, new NewUserBaseptr(FRAMES + 3), EINVAL),
                row("X25 other type", RowsTest::nothing, new NewUserBaseptr(L2), EINVAL),
                row("X25 not validated", given(set(A, 0, table(L3))), new NewUserBaseptr(A), OK),
                row("X25 invalid", given(set(A, 0, rw(L2))), new NewUserBaseptr(A), EINVAL),
                new Row(
                        "X27 all",
                        RowsTest::nothing,
                        new Invlpg(LinearMap.l1Window(V), new Scope.All()),
                        OK,
                        xen -> assertThat(xen.flushes()).isEmpty()),
                new Row(
                        "X27 multi",
                        RowsTest::nothing,
                        new Invlpg(LinearMap.l1Window(V), new Scope.Multi(1)),
                        OK,
                        xen -> assertThat(xen.flushes()).isEmpty()),
                row("6.7 TLB_FLUSH_LOCAL", RowsTest::nothing, new TlbFlush(new Scope.Local()), OK));
    }

    @ParameterizedTest
    @MethodSource({"mmuUpdate", "updateVaMapping", "mmuExt"})
    void holds(Row row) {
        TestXen xen = Guest.xen();
        row.given.accept(xen);
        long tables = xen.refs(L4);
        xen.forget();

        assertThat(xen.run(row.operation)).isEqualTo(row.code);

        row.then.check(xen);
        boolean poked = row.id.contains("foreign") || row.id.contains("seg_desc");
        if (!poked && !row.id.equals("U43")) {
            assertThat(References.mistakes(xen)).isEmpty();
        }
        if (row.code != OK) {
            assertThat(xen.refs(L4)).isEqualTo(tables);
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void aBatchStopsAtTheFirstError(List<Operation> requests, int done, int code) {
        TestXen xen = Guest.xen(Guest.machine().batches(true));

        assertThat(xen.batch(0, requests.toArray(Operation[]::new))).isEqualTo(code);

        assertThat(xen.requestsDone()).as("*pdone").isEqualTo(done);
        for (int i = 0; i < requests.size(); i++) {
            MmuUpdateRequest request = (MmuUpdateRequest) requests.get(i);
            boolean applied = xen.entry(request.table(), request.slot()) == request.value();
            assertThat(applied).as("request %d", i).isEqualTo(i < done);
        }
        assertThat(References.mistakes(xen)).isEmpty();
    }

    /** U51: requests, *pdone, code. */
    static Stream<Object[]> batches() {
        return Stream.of(
                new Object[] {List.of(set(L1, 1, rw(A))), 1, OK},
                new Object[] {List.of(set(L1, 1, rw(A)), set(L2, 1, table(B))), 2, OK},
                new Object[] {
                    List.of(set(L1, 1, rw(A)), set(L1, 0, rw(L2)), set(L2, 1, table(B))), 1, EBUSY
                },
                new Object[] {List.of(set(L4, 258, 1), set(L1, 1, rw(A))), 0, EINVAL},
                new Object[] {
                    List.of(set(L2, 0, table(C)), set(L3, 0, table(D)), set(L4, 0, table(E))), 3, OK
                });
    }
}
