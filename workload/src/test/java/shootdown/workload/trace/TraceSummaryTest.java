package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.workload.trace.TraceEvent.Hypercall.MMU_UPDATE;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.NEW_BASEPTR;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.PIN_L1;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.PIN_L4;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.UNPIN;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.CallEnd;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Via;
import shootdown.workload.trace.TraceSummary.Transition;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The counts of the recordings, and what they say of Linux and Xen. */
final class TraceSummaryTest {
    /** The columns of the table in {@code traces/README.md}. */
    private static String row(TraceSummary s) {
        return "%d/%d/%d | %d | %d | %d | %d | %d/%d | %d | %d | %d | %d/%d/%d | %d | %d | %d"
                .formatted(
                        s.entries(1, Via.MMU_UPDATE),
                        s.entries(1, Via.UPDATE_VA_MAPPING),
                        s.entries(1, Via.TRAPPED),
                        s.entries(2),
                        s.entries(3),
                        s.entries(4),
                        s.calls(MMU_UPDATE),
                        s.operations(PIN_L1),
                        s.operations(PIN_L4),
                        s.operations(UNPIN),
                        s.operations(NEW_BASEPTR),
                        s.guestFlushes(),
                        s.upper(Transition.LINK),
                        s.upper(Transition.UNLINK),
                        s.upper(Transition.CHANGE),
                        s.linearFlushes(),
                        s.flushes(),
                        s.targets());
    }

    /** Counted when the recordings were made, by another program. */
    @ParameterizedTest
    @CsvSource({
        "boot, 43106/36881/1513 | 2094 | 2589 | 93 | 48542 | 1129/69 | 168 | 838 | 996"
                + " | 2193/32/1 | 4759 | 8036 | 471",
        "idle, 592/40/28 | 4 | 3 | 3 | 601 | 7/4 | 11 | 3 | 23 | 7/2/0 | 8 | 91 | 32",
        "compile, 61192/3881/2751 | 319 | 284 | 187 | 62136 | 679/433 | 1068 | 939 | 2426"
                + " | 565/147/0 | 633 | 8604 | 2904",
        "fork, 4301/1348/2318 | 6 | 5 | 6 | 5075 | 259/112 | 363 | 116 | 1871 | 12/2/0 | 12"
                + " | 3414 | 747",
        "churn, 14926/940/4866 | 304 | 315 | 619 | 6811 | 157/5 | 161 | 7 | 1470 | 607/602/0"
                + " | 1059 | 5714 | 2257",
        "mt, 15030/128/1781 | 33 | 36 | 65 | 2976 | 23/4 | 27 | 181 | 334 | 65/54/0 | 104"
                + " | 1079 | 527"
    })
    void fullRecordingsHaveTheKnownCounts(String workload, String row) {
        assertThat(row(Traces.summary(Recordings.full(workload)))).isEqualTo(row);
    }

    /** What the model's policy {@code final} is: Xen decided so in every call. */
    @ParameterizedTest
    @MethodSource("shootdown.workload.trace.Recordings#full")
    void xenFlushedInExactlyTheCallsThatWroteAnUpperEntry(Path file) {
        forEachCall(
                file,
                call -> assertThat(call.flushed).as("call %d", call.id).isEqualTo(call.upper > 0));
    }

    /** The pair of kernel and user L4: flushing once for a whole batch saves next to nothing. */
    @ParameterizedTest
    @MethodSource("shootdown.workload.trace.Recordings#full")
    void noCallWritesMoreThanTwoUpperEntries(Path file) {
        forEachCall(file, call -> assertThat(call.upper).isBetween(0, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "compile"})
    void nearlyAllCallsOfShortProgramsWriteOneEntry(String workload) {
        int[] calls = new int[2];
        forEachCall(Recordings.full(workload), call -> calls[call.count == 1 ? 1 : 0]++);
        assertThat((double) calls[1] / (calls[0] + calls[1])).isGreaterThan(0.98);
    }

    /** What an mmu_update was. */
    private static final class Call {
        int id;
        int count;
        int upper;
        boolean flushed;
    }

    private static void forEachCall(Path file, Consumer<Call> judge) {
        Map<Integer, Call> open = new HashMap<>();
        int ended = 0;
        try (TraceReader reader = TraceReader.open(file)) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                switch (event) {
                    case CallBegin e when e.call() == MMU_UPDATE -> {
                        Call call = new Call();
                        call.id = e.id();
                        call.count = e.count();
                        open.put(e.id(), call);
                    }
                    case EntryWrite e when e.via() == Via.MMU_UPDATE && e.level() > 1 && e.ok() ->
                            requireNonNull(open.get(e.id())).upper++;
                    case CallEnd e -> {
                        Call call = requireNonNull(open.remove(e.id()));
                        call.flushed = e.flushedForLinear();
                        judge.accept(call);
                        ended++;
                    }
                    default -> {}
                }
            }
        }
        assertThat(open).isEmpty();
        assertThat(ended).isPositive();
    }

    @Test
    void smallRecordingIsCountedByHand() {
        TraceSummary s =
                Traces.summary(
                        """
                        # shootdown-trace 1 x
                        0,0,a-1,BB,1,1,2,40,41,0,k
                        0,0,,PT,1,M,4,40000,0,50067,0,1,1,3
                        0,0,,PT,1,M,2,51000,0,0,0,0,0,3
                        0,0,,FL,100,0,do_mmu_update
                        0,0,,FR,100,6,0,do_mmu_update
                        0,0,,BE,1,1,1,1,1
                        0,1,b-2,FL,100,0,invalidate_interrupt
                        0,0,,BB,2,26,3,40,41,0,k
                        0,0,,EX,2,PIN_L4,52,0
                        0,0,,EX,2,PIN_L4,52,0
                        0,0,,EX,2,INVLPG_LOCAL,1000,0
                        0,0,,PT,0,W,1,53000,7,0,0,1,1,3
                        """);
        assertThat(row(s)).isEqualTo("0/0/1 | 1 | 0 | 1 | 1 | 0/2 | 0 | 0 | 1 | 1/0/0 | 1 | 2 | 2");
        assertThat(s.events()).isEqualTo(12);
        assertThat(s.refused(2)).isEqualTo(1);
        assertThat(s.repeated(PIN_L4)).isEqualTo(1);
        assertThat(s.transitions(1, Transition.UNLINK)).isEqualTo(1);
    }
}
