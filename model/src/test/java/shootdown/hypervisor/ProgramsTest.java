package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.ENOSYS;
import static shootdown.hypervisor.Errno.EOPNOTSUPP;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.ESRCH;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.hypervisor.Call.Alone;
import shootdown.hypervisor.Call.Arguments;
import shootdown.hypervisor.Call.Array;
import shootdown.hypervisor.Call.Done;
import shootdown.hypervisor.Call.MmuUpdate;
import shootdown.hypervisor.Call.MmuextOp;
import shootdown.hypervisor.Call.Multicall;
import shootdown.hypervisor.Call.Unknown;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Mmuext;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UnknownMmuext;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Final;

import java.util.List;
import java.util.stream.Stream;

/**
 * The rows of facts 10 that are about a hypercall as a whole: its handles, its count, {@code
 * *pdone}, the domains that it names, multicalls. Every row is run without and with XPTI.
 */
final class ProgramsTest {
    private static final int OWN = 3;
    private static final int OTHER = 5;
    private static final int EMPTY = 6;
    private static final int HVM = 7;
    private static final int NOBODY = 9;
    private static final int UNTOUCHED = -1;

    /** A domain's tables are named by its number and one more, in the high half. */
    private static int tablesOf(int domid) {
        return (domid + 1) << 16;
    }

    record Row(String id, boolean privileged, Call call, int rc, long done) {
        @Override
        public String toString() {
            return id + (privileged ? ", privileged" : "");
        }
    }

    private static final List<MmuUpdateRequest> TWO = List.of(set(L1, 1, ro(A)), set(L1, 1, 0));

    private static Row unprivileged(String id, Call call, int rc, long done) {
        return new Row(id, false, call, rc, done);
    }

    private static Row privileged(String id, Call call, int rc, long done) {
        return new Row(id, true, call, rc, done);
    }

    private static MmuUpdate update(
            List<MmuUpdateRequest> requests, int domid, Array array, Done done, int continued) {
        return new MmuUpdate(requests, domid, new Arguments(array, done, continued));
    }

    private static MmuUpdate update(int foreigndom, MmuUpdateRequest... requests) {
        return new MmuUpdate(List.of(requests), foreigndom, Arguments.PLAIN);
    }

    private static MmuextOp mmuext(int foreigndom, Mmuext... operations) {
        return new MmuextOp(List.of(operations), foreigndom, Arguments.PLAIN);
    }

    private static MmuextOp mmuext(Array array, Done done, int continued, Mmuext... operations) {
        return new MmuextOp(List.of(operations), DomId.SELF, new Arguments(array, done, continued));
    }

    private static Call map(int domid, long value) {
        return new Alone(new UpdateVaMappingCall(V, value, Flush.NONE, new Scope.Local(), domid));
    }

    private static MmuUpdateRequest command(int command) {
        return new MmuUpdateRequest(L1, 1, ro(A), command);
    }

    static Stream<Row> mmuUpdate() {
        int self = DomId.SELF;
        Array readable = Array.READABLE;
        return Stream.of(
                unprivileged("U1", update(self), OK, 0),
                unprivileged(
                        "U1 NULL", update(List.of(), self, Array.NULL, Done.WRITABLE, -1), OK, 0),
                unprivileged(
                        "U2",
                        update(TWO, self, Array.BAD_HANDLE, Done.WRITABLE, -1),
                        EFAULT,
                        UNTOUCHED),
                unprivileged(
                        "U3", update(TWO, self, Array.ENDS_EARLY, Done.WRITABLE, -1), EFAULT, 2),
                unprivileged(
                        "U3 at once", update(TWO, self, Array.NULL, Done.WRITABLE, -1), EFAULT, 0),
                unprivileged("U4", update(OWN, set(L1, 1, 0)), ESRCH, 0),
                unprivileged("U5", update(NOBODY, set(L1, 1, 0)), ESRCH, 0),
                unprivileged("U5 COW", update(DomId.COW, set(L1, 1, 0)), ESRCH, 0),
                unprivileged(
                        "U6", update(self | tablesOf(NOBODY), set(L1, 1, 0)), ESRCH, UNTOUCHED),
                unprivileged("U7", update(self | tablesOf(OWN), set(L1, 1, 0)), OK, 1),
                unprivileged("U8", update(self | tablesOf(EMPTY), set(L1, 1, 0)), EINVAL, 0),
                unprivileged(
                        "U9",
                        update(List.of(), 0xFFFF_FFF3, Array.NULL, Done.WRITABLE, 3),
                        -13,
                        UNTOUCHED),
                unprivileged("U10", update(TWO, self, readable, Done.WRITABLE, 40), OK, 42),
                unprivileged("U11 4", update(self, set(L1, 1, 0), command(4)), ENOSYS, 1),
                unprivileged("U11 7", update(self, command(7)), ENOSYS, 0),
                unprivileged("U12", update(OTHER, set(L1, 1, 0)), EPERM, 0),
                unprivileged("U12 tables", update(self | tablesOf(OTHER), set(L1, 1, 0)), EPERM, 0),
                unprivileged("U12 XEN", update(DomId.XEN, set(L1, 1, 0)), EPERM, 0),
                unprivileged("U16", update(self | tablesOf(HVM), set(L1, 1, 0)), EOPNOTSUPP, 0),
                privileged("U16", update(self | tablesOf(HVM), set(L1, 1, 0)), EOPNOTSUPP, 0),
                unprivileged("U50", update(self | tablesOf(OTHER), command(1)), EPERM, 0),
                privileged("U50", update(self | tablesOf(OTHER), command(1)), EPERM, 0),
                unprivileged(
                        "U51",
                        update(self, set(L1, 1, ro(A)), set(L1, 1, ro(FRAMES)), set(L1, 1, 0)),
                        EPERM,
                        1),
                unprivileged(
                        "U52", update(TWO, self, readable, Done.UNWRITABLE, -1), OK, UNTOUCHED),
                unprivileged("no pdone", update(TWO, self, readable, Done.NULL, -1), OK, UNTOUCHED),
                unprivileged(
                        "children are dropped one at a time",
                        update(self, set(L2, 0, 0), set(L2, 0, table(L1)), set(L2, 0, 0)),
                        OK,
                        3),
                unprivileged(
                        "dropped, and then the array ends",
                        update(List.of(set(L2, 0, 0)), self, Array.ENDS_EARLY, Done.WRITABLE, 7),
                        EFAULT,
                        8));
    }

    static Stream<Row> updateVaMapping() {
        return Stream.of(
                unprivileged("V8", map(OWN, ro(A)), ESRCH, UNTOUCHED),
                unprivileged("V9", map(NOBODY, ro(A)), ESRCH, UNTOUCHED),
                unprivileged("V10", map(DomId.SELF, ro(A)), OK, UNTOUCHED),
                unprivileged("V11", map(DomId.IO, ro(A)), EPERM, UNTOUCHED),
                unprivileged("V13", map(OTHER, ro(A)), EPERM, UNTOUCHED));
    }

    static Stream<Row> mmuextOp() {
        Pin pin = new Pin(1, A);
        Unpin unpin = new Unpin(A);
        return Stream.of(
                unprivileged("X1", mmuext(Array.BAD_HANDLE, Done.WRITABLE, -1, pin), EFAULT, -1),
                unprivileged("X1 end", mmuext(Array.ENDS_EARLY, Done.WRITABLE, 2, pin), EFAULT, 3),
                unprivileged("X1 NULL", mmuext(Array.NULL, Done.WRITABLE, -1, pin), EFAULT, 0),
                unprivileged("X2", mmuext(OWN, pin), ESRCH, UNTOUCHED),
                unprivileged("X2 nobody", mmuext(NOBODY, pin), ESRCH, UNTOUCHED),
                unprivileged("X3", mmuext(HVM, pin), EINVAL, UNTOUCHED),
                unprivileged("X4", mmuext(OTHER, pin), EPERM, UNTOUCHED),
                unprivileged("X4 IO", mmuext(DomId.IO, pin), EPERM, UNTOUCHED),
                unprivileged("X4 XEN", mmuext(DomId.XEN, pin), EPERM, UNTOUCHED),
                unprivileged(
                        "X37", mmuext(DomId.SELF, pin, new UnknownMmuext(14), unpin), ENOSYS, 1),
                unprivileged("X37 21", mmuext(DomId.SELF, new UnknownMmuext(21)), ENOSYS, 0),
                unprivileged("X38", mmuext(DomId.SELF), OK, 0),
                unprivileged("X38 NULL", mmuext(Array.NULL, Done.WRITABLE, -1), OK, 0),
                unprivileged("X39", mmuext(DomId.SELF, pin, unpin, unpin, pin), EINVAL, 2),
                unprivileged("as U9", mmuext(Array.NULL, Done.WRITABLE, 1), DomId.SELF, UNTOUCHED),
                unprivileged(
                        "no pdone", mmuext(Array.READABLE, Done.NULL, -1, pin), OK, UNTOUCHED));
    }

    static Stream<Row> others() {
        Alone flush = new Alone(new Operation.TlbFlush(new Scope.All()));
        Call nested = new Multicall(List.of(flush));
        return Stream.of(
                unprivileged("N1", new Unknown(60), ENOSYS, UNTOUCHED),
                unprivileged("M3", new Multicall(List.of(new Unknown(60), flush)), OK, UNTOUCHED),
                unprivileged("M1", new Multicall(List.of(nested)), OK, UNTOUCHED),
                unprivileged(
                        "M2",
                        new Multicall(List.of(flush), Array.BAD_HANDLE, true),
                        EFAULT,
                        UNTOUCHED),
                unprivileged(
                        "M2 end",
                        new Multicall(List.of(flush, flush), Array.ENDS_EARLY, true),
                        EFAULT,
                        UNTOUCHED),
                unprivileged(
                        "M2 result",
                        new Multicall(List.of(flush, flush), Array.READABLE, false),
                        EFAULT,
                        UNTOUCHED),
                unprivileged("an empty multicall", new Multicall(List.of()), OK, UNTOUCHED));
    }

    private static ProgramRunner runner(boolean privileged, boolean xpti) {
        Machine machine =
                Guest.machine(2)
                        .xpti(xpti)
                        .domain(OWN, privileged, false)
                        .domain(OTHER, false, false)
                        .domain(EMPTY, Machine.Kind.PV_WITHOUT_VCPU)
                        .domain(HVM, Machine.Kind.TRANSLATED)
                        .track(V)
                        .build();
        return new ProgramRunner(
                machine,
                10,
                new Final(),
                first -> {
                    Guest.chain(first);
                    first.load(0, L4).load(1, L4);
                });
    }

    private static void load(ProgramRunner runner, Call... calls) {
        runner.load(List.of(runner.compile(List.of(calls)), runner.compile(List.of())));
    }

    @ParameterizedTest
    @MethodSource({"mmuUpdate", "updateVaMapping", "mmuextOp", "others"})
    void everyRowGivesItsCode(Row row) {
        for (boolean xpti : new boolean[] {false, true}) {
            ProgramRunner runner = runner(row.privileged, xpti);
            load(runner, row.call, new Alone(set(PAGE, 0, 0)));
            long[] s = runner.state();
            Results results = runner.hypervisor().results();
            assertThat(runner.run(0, Chooser.FIRST)).isZero();
            assertThat(results.outcome(s, 0, 0)).isEqualTo(Results.Outcome.RETURNED);
            assertThat(Errno.toString(results.rc(s, 0, 0))).isEqualTo(Errno.toString(row.rc));
            assertThat(results.done(s, 0, 0)).isEqualTo(row.done);
            int next = runner.run(0, Chooser.FIRST);
            assertThat(results.rc(s, 0, next)).as("the next call").isZero();
            assertThat(results.done(s, 0, next)).isEqualTo(1);
            assertThat(runner.hasNext(0)).isFalse();
        }
    }
}
