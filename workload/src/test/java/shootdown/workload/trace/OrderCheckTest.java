package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;

/** Events that cannot follow each other are refused; all recordings of real machines pass. */
final class OrderCheckTest {
    private static final String FULL = "# shootdown-trace 1 x\n";
    private static final String STOCK = "# shootdown-trace 1 x (stock)\n";
    private static final String BEGIN = "0,0,,BB,5,1,2,40,0,0,k\n";
    private static final String ENTRY = "0,0,,PT,5,M,1,41000,0,7,0,1,1,3\n";
    private static final String END = "0,0,,BE,5,1,2,0,0\n";

    private static int count(TraceReader reader) {
        OrderCheck check = new OrderCheck(reader);
        int events = 0;
        while (check.next() != null) {
            events++;
        }
        return events;
    }

    private static void assertPasses(String form, String lines) {
        assertThat(count(Traces.reader(form + lines, false)))
                .isEqualTo((int) lines.lines().count());
    }

    /** The last line is refused, and nothing before it. */
    private static void assertRefused(String form, String lines, String problem) {
        long line = lines.lines().count() + 1;
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(() -> count(Traces.reader(form + lines, false)))
                .withMessage("t.csv: line %d: %s".formatted(line, problem));
    }

    @ParameterizedTest
    @MethodSource("shootdown.workload.trace.Recordings#all")
    void everyRecordingIsInOrder(Path file) {
        try (TraceReader reader = TraceReader.open(file)) {
            assertThat(count(reader)).isGreaterThan(1000);
        }
    }

    @Test
    void wholeCallPasses() {
        assertPasses(FULL, BEGIN + ENTRY + ENTRY + END);
    }

    @Test
    void endNeedsItsBegin() {
        assertRefused(FULL, END, "call 5 ends on CPU 0, which is not in it");
        assertRefused(
                FULL, BEGIN + "0,1,,BE,5,1,2,0,0\n", "call 5 ends on CPU 1, which is not in it");
        assertRefused(FULL, BEGIN + END + END, "call 5 ends on CPU 0, which is not in it");
    }

    @Test
    void callDoesNotBeginWithinAnother() {
        assertRefused(
                FULL,
                BEGIN + "0,0,,BB,6,26,1,40,0,0,k\n",
                "call 6 begins on CPU 0, which is in call 5");
    }

    @Test
    void callsOfTwoCpusInterleave() {
        assertPasses(
                FULL, BEGIN + "0,1,,BB,6,1,1,40,0,1,k\n" + ENTRY + "0,1,,BE,6,1,1,0,0\n" + END);
    }

    @Test
    void endOfOtherCallsIsNotRecorded() {
        assertPasses(FULL, "0,0,,BB,4,26,1,40,0,0,k\n" + BEGIN);
    }

    @Test
    void idsGrow() {
        assertRefused(FULL, BEGIN + "0,1,,BB,5,26,1,40,0,1,k\n", "call 5 begins after call 5");
    }

    @Test
    void preemptedCallBeginsAgainForTheRest() {
        assertPasses(
                FULL,
                BEGIN
                        + ENTRY
                        + "0,0,,PT,5,M,4,42000,0,0,0,0,1,3\n"
                        + "0,0,,BE,5,1,1,1,0\n"
                        + "0,0,,BB,6,1,1,40,0,0,k\n"
                        + "0,0,,PT,6,M,4,42000,0,7067,0,1,1,3\n"
                        + "0,0,,BE,6,1,1,0,1\n");
    }

    @Test
    void finishedCallIsDoneWithAllRequests() {
        assertRefused(
                FULL,
                BEGIN + ENTRY + "0,0,,BE,5,1,1,0,0\n",
                "call 5 ends with 1 requests done and rc 0; it has 2, and wrote 1 entries");
    }

    @Test
    void entryNeedsItsCall() {
        assertRefused(FULL, ENTRY, "an entry of call 5 on CPU 0, which is in no such mmu_update");
        assertRefused(
                FULL,
                BEGIN + END + ENTRY,
                "an entry of call 5 on CPU 0, which is in no such mmu_update");
        assertRefused(
                FULL,
                "0,0,,BB,5,14,1,40,0,0,k\n" + ENTRY,
                "an entry of call 5 on CPU 0, which is in no such mmu_update");
    }

    @Test
    void callHasNotMoreEntriesThanRequests() {
        assertRefused(
                FULL, BEGIN + ENTRY + ENTRY + ENTRY, "an entry more than the 2 that call 5 has");
    }

    @Test
    void guestDoesNothingElseDuringAnUpdate() {
        assertRefused(
                FULL,
                BEGIN + "0,0,,PF,40166f,6\n",
                "a page fault of the guest on CPU 0, which is in call 5, an mmu_update");
        assertRefused(
                FULL,
                BEGIN + "0,0,,PT,0,W,1,41000,0,7,0,1,1,3\n",
                "a trapped write on CPU 0, which is in call 5, an mmu_update");
        assertPasses(FULL, BEGIN + "0,1,,PF,40166f,6\n");
    }

    @Test
    void trappedWriteHasNoCall() {
        assertRefused(
                FULL,
                "0,0,,PT,9,W,1,41000,0,7,0,1,1,3\n",
                "a trapped write is in no call, but has id 9");
    }

    @Test
    void argumentsComeOnceAndBeforeTheEntry() {
        String begin = "0,0,,BB,5,14,1,40,0,0,k\n";
        String arguments = "0,0,,UV,5,ffff888000000000,7,0\n";
        String entry = "0,0,,PT,5,V,1,41000,0,7,0,1,1,3\n";
        assertPasses(FULL, begin + arguments + entry);
        assertRefused(
                FULL, begin + arguments + arguments, "call 5 has its arguments twice, or too late");
        assertRefused(
                FULL, begin + entry + arguments, "call 5 has its arguments twice, or too late");
    }

    @Test
    void contentNeedsItsTable() {
        assertRefused(
                FULL,
                "0,0,,PX,1,41000,7,1\n",
                "content of a table on CPU 0, which has just validated none that lacks any");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,2\n0,1,,PX,1,41000,7,1\n",
                "content of a table on CPU 1, which has just validated none that lacks any");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,2\n0,0,,PX,1,42000,7,1\n",
                "1 entries of level 1 from 42000 on are not of table 41, an L1");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,9\n0,0,,PX,1,41ff8,7,2\n",
                "2 entries of level 1 from 41ff8 on are not of table 41, an L1");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,2\n0,0,,PX,1,41000,7,3\n",
                "3 entries of table 41, which has 2 more");
    }

    @Test
    void contentComesAtOnceOnItsCpuAndWhole() {
        assertPasses(FULL, "0,0,,PR,41,1,3\n0,0,,PX,1,41000,7,2\n0,1,,MC,1\n0,0,,PX,1,41800,7,1\n");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,3\n0,0,,PX,1,41000,7,2\n0,0,,MC,1\n",
                "CPU 0 goes on, but 1 present entries of table 41 have not come");
    }

    @Test
    void tableIsValidatedAndDroppedInTurn() {
        assertPasses(FULL, "0,0,,DE,41,1\n0,0,,PR,41,2,0\n0,0,,DE,41,2\n0,0,,PR,41,1,0\n");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,0\n0,0,,PR,41,2,0\n",
                "frame 41 is validated as L2, but was validated as L1 already");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,0\n0,0,,DE,41,1\n0,0,,DE,41,1\n",
                "frame 41 is no L1 any longer, but is no table now");
        assertRefused(
                FULL,
                "0,0,,PR,41,1,0\n0,0,,DE,41,2\n",
                "frame 41 is no L2 any longer, but was validated as L1");
    }

    @Test
    void entryIsOfTheLevelThatItsTableHas() {
        assertRefused(
                FULL,
                "0,0,,PR,41,2,0\n" + BEGIN + ENTRY,
                "an entry of level 1 in frame 41, which was validated as L2");
        assertRefused(
                FULL,
                "0,0,,DE,41,2\n" + BEGIN + ENTRY,
                "an entry of level 1 in frame 41, which is no table now");
    }

    @Test
    void tableFromBeforeTheRecordingIsBelieved() {
        assertPasses(FULL, BEGIN + ENTRY + "0,0,,PT,5,M,3,55000,0,7,0,1,1,3\n" + END);
    }

    @Test
    void flushOnRequestNeedsTheRequest() {
        String request = "0,0,,FR,100,3,0,_get_page_type\n";
        String own = "0,0,,FL,100,0,flush_area_mask\n";
        String other = "0,1,,FL,100,0,invalidate_interrupt\n";
        assertPasses(FULL, own + other + request + own + other);
        assertRefused(
                FULL,
                request + other + other,
                "CPU 1 flushes (invalidate_interrupt), but nobody asked it to");
        assertRefused(
                FULL,
                request + own + own,
                "CPU 0 flushes (flush_area_mask), but nobody asked it to");
    }

    @Test
    void stockBatchMayBeginBehindItsFirstEntry() {
        String entry = "0,0,a-1,PT,1,M,1,ffff888000000008,0,7\n";
        assertPasses(STOCK, entry + "0,0,a-1,BB,1,1,2\n" + entry + "0,0,a-1,MC,1\n");
    }

    @Test
    void stockEntriesAreAsManyAsTheBatchHas() {
        String first = "0,0,a-1,BB,1,1,1\n0,0,a-1,PT,1,M,1,8,0,7\n";
        String entry = "0,0,a-1,PT,2,M,1,8,0,7\n";
        assertRefused(
                STOCK,
                first + "0,0,a-1,BB,2,1,1\n" + entry + entry,
                "entry 2 of call 2, which has 1");
        assertRefused(
                STOCK,
                first + "0,0,a-1,BB,2,1,2\n" + entry + "0,0,a-1,MC,1\n",
                "call 2 is over with 1 entries, but has 2");
        assertRefused(
                STOCK, first + entry + "0,0,a-1,BB,3,1,1\n", "call 2 is over, and has never begun");
        assertRefused(
                STOCK,
                first + entry + entry + "0,0,a-1,BB,2,1,1\n",
                "entry 2 of call 2, which has 1");
    }

    @Test
    void stockIdsGrowOnEachCpu() {
        assertPasses(STOCK, "0,0,a-1,BB,7,1,1\n0,1,b-2,BB,3,1,1\n");
        assertRefused(
                STOCK,
                "0,0,a-1,BB,7,1,0\n0,0,a-1,BB,3,1,1\n",
                "call 3 after call 7 of the same CPU");
    }

    @Test
    void stockCallThatTheRecordingCutIsForgivenOncePerCpu() {
        assertPasses(STOCK, "0,0,a-1,PT,4,M,1,8,0,7\n0,0,a-1,MC,1\n0,0,a-1,BB,5,1,1\n");
    }

    @Test
    void fullStockMulticallIsMadeBetweenTheFirstEntryAndItsBatch() {
        String entry = "0,0,a-1,PT,%d,M,1,8,0,7\n";
        assertPasses(
                STOCK,
                "0,0,a-1,BB,1,1,1\n"
                        + entry.formatted(1)
                        + "0,0,a-1,BB,2,1,1\n"
                        + entry.formatted(2)
                        + entry.formatted(3)
                        + "0,0,a-1,MC,1\n0,0,a-1,BB,3,1,2\n"
                        + entry.formatted(3));
    }

    @Test
    void lenientCheckKeepsTheEventThatShowsThatSomethingIsMissing() {
        TraceReader reader = Traces.reader(FULL + "0,0,,PR,41,1,3\n" + BEGIN + ENTRY + END, true);
        assertThat(count(reader)).isEqualTo(4);
        assertThat(reader.skipped().byReason().keySet()).containsExactly("content cut short");
    }

    @Test
    void lenientCheckLeavesOutWhatCannotBeAndGoesOn() {
        TraceReader reader = Traces.reader(FULL + END + BEGIN + ENTRY + ENTRY + ENTRY + END, true);
        assertThat(count(reader)).isEqualTo(4);
        assertThat(reader.skipped().total()).isEqualTo(2);
        assertThat(reader.skipped().byReason().keySet())
                .containsExactly("end without begin", "count");
    }
}
