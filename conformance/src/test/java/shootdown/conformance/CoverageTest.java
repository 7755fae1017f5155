package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.conformance.Expected.Answer;
import shootdown.conformance.Expected.End;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Operation;

import java.util.List;
import java.util.Map;

/** What programs met. */
class CoverageTest {
    private static final Operation.Mmuext PIN = new Operation.Pin(2, 3);
    private static final Operation.Mmuext UNPIN = new Operation.Unpin(3);

    private final Coverage coverage = new Coverage();

    private static Answer returned(int code, long done) {
        return new Answer(End.RETURNED, code, 0, done, 0, List.of());
    }

    private static Call batch(Operation.Mmuext... operations) {
        return new Call.MmuextOp(List.of(operations), DomId.SELF, Call.Arguments.PLAIN);
    }

    private Map<String, Long> ends(String operation) {
        return coverage.counts().getOrDefault(operation, Map.of());
    }

    private long times(String operation, String end) {
        return ends(operation).getOrDefault(end, 0L);
    }

    @Test
    void whatWasNeverSeenIsNamed() {
        assertThat(coverage.missing()).contains("pin l2: 0", "pin l2: -EBUSY", "unpin: 0");
        coverage.see(batch(PIN), returned(0, 1));
        assertThat(coverage.missing()).contains("pin l2: -EBUSY").doesNotContain("pin l2: 0");
    }

    @Test
    void whatTheFactsDoNotNameIsCountedToo() {
        coverage.see(batch(PIN), returned(Errno.EACCES, 0));
        assertThat(ends("pin l2")).containsEntry("-EACCES", 1L);
    }

    @Test
    void batchCountsItsRequestsUpToTheOneThatFails() {
        coverage.see(batch(PIN, UNPIN, PIN), returned(Errno.EINVAL, 1));
        assertThat(times("pin l2", "0")).isOne();
        assertThat(times("unpin", "-EINVAL")).isOne();
        assertThat(times("pin l2", "-EINVAL")).isZero();
    }

    @Test
    void callThatFailsAsAWholeIsNoFailureOfARequest() {
        coverage.see(batch(PIN), returned(Errno.ESRCH, 0));
        assertThat(times("mmuext_op, the call", "-ESRCH")).isOne();
        assertThat(times("pin l2", "-ESRCH")).isZero();
    }

    @Test
    void entriesOfMulticallsCount() {
        Call multicall = new Call.Multicall(List.of(batch(UNPIN), new Call.Unknown(60)));
        Answer answer =
                new Answer(
                        End.RETURNED,
                        0,
                        0,
                        -1,
                        0,
                        List.of(returned(0, 1), returned(Errno.ENOSYS, -1)));
        coverage.see(multicall, answer);
        assertThat(times("multicall", "0")).isOne();
        assertThat(times("unpin", "0")).isOne();
        assertThat(times("unknown hypercall", "-ENOSYS")).isOne();
    }

    @Test
    void callThatNeverCameIsNotCounted() {
        Coverage untouched = new Coverage();
        coverage.see(batch(UNPIN), new Answer(End.NONE, 0, 0, -1, 0, List.of()));
        assertThat(coverage.counts()).isEqualTo(untouched.counts());
    }

    @Test
    void sumsOfTwo() {
        Coverage other = new Coverage();
        other.see(batch(UNPIN), returned(0, 1));
        coverage.see(batch(UNPIN), returned(0, 1));
        coverage.add(other);
        assertThat(times("unpin", "0")).isEqualTo(2);
    }
}
