package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static shootdown.workload.trace.TraceEvent.Hypercall.UPDATE_VA_MAPPING;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.INVLPG_LOCAL;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.INVLPG_MULTI;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.PIN_L1;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.PIN_L4;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.TLB_FLUSH_MULTI;
import static shootdown.workload.trace.TraceEvent.MmuextCommand.UNPIN;
import static shootdown.workload.trace.TraceSummary.Transition.CHANGE;
import static shootdown.workload.trace.TraceSummary.Transition.LINK;
import static shootdown.workload.trace.TraceSummary.Transition.UNLINK;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.workload.trace.TraceEvent.Via;
import shootdown.workload.trace.TraceSummary.Transition;

/**
 * The same workloads, recorded twice: with the extra trace points, and by unmodified packages. They
 * were different runs, so scheduling and the random places of mappings differ; everything else
 * agrees, once it is known what each sees.
 */
final class StockAgainstFullTest {
    private static TraceSummary full(String workload) {
        return Traces.summary(Recordings.full(workload));
    }

    private static TraceSummary stock(String workload) {
        return Traces.summary(Recordings.stock(workload));
    }

    /** A table gets a table below it as often as the program needs one. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void entriesOfL3AreLinkedAndUnlinkedEquallyOften(String workload) {
        TraceSummary full = full(workload);
        TraceSummary stock = stock(workload);
        assertThat(stock.transitions(3, LINK)).isEqualTo(full.transitions(3, LINK)).isPositive();
        assertThat(stock.transitions(3, UNLINK))
                .isEqualTo(full.transitions(3, UNLINK))
                .isPositive();
    }

    /**
     * Linux keeps two L4 for each process, and writes both for one trace point. How many slots are
     * needed depends on random places.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void xenSeesEachEntryOfAnL4Twice(String workload) {
        for (Transition transition : new Transition[] {LINK, UNLINK}) {
            assertThat(full(workload).transitions(4, transition)).isEven();
        }
    }

    @Test
    void oneSlotOfL4IsOneTracePointAndTwoWrites() {
        assertThat(stock("idle").transitions(4, LINK)).isEqualTo(1);
        assertThat(full("idle").transitions(4, LINK)).isEqualTo(2);
    }

    /** Copies on write and changes of protection are the program's own, whatever the places. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void presentLeafEntriesAreChangedEquallyOften(String workload) {
        long full = full(workload).transitions(1, CHANGE) - changedByOtherWays(workload);
        assertThat(stock(workload).transitions(1, CHANGE)).isCloseTo(full, within(5L));
    }

    private static long changedByOtherWays(String workload) {
        long changed = 0;
        try (TraceReader reader = TraceReader.open(Recordings.full(workload))) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                if (event instanceof TraceEvent.EntryWrite e
                        && e.via() != Via.MMU_UPDATE
                        && Transition.of(e.old(), e.value()) == CHANGE) {
                    changed++;
                }
            }
        }
        return changed;
    }

    /**
     * Linux asks for entries of pages that Xen does not know as tables yet, and calls them level 1.
     * A page fault maps its neighbours too, and how many there are depends on random places.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void linuxCountsEntriesOfPagesThatAreNoTablesYetAsLeafEntries(String workload) {
        TraceSummary full = full(workload);
        long leaves = full.entries(1, Via.MMU_UPDATE) + full.entries(0, Via.MMU_UPDATE);
        assertThat((double) stock(workload).entries(1, Via.MMU_UPDATE) / leaves)
                .isBetween(0.89, 1.01);
    }

    /** Xentrace has them, Linux's trace points do not. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void trappedWritesAreRecordedByXenInBoth(String workload) {
        long full = full(workload).entries(1, Via.TRAPPED);
        assertThat(stock(workload).entries(1, Via.TRAPPED)).isCloseTo(full, within(5 + full / 80));
    }

    /** In a stock recording trapped writes are those without an old value. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void oldValueIsUnknownOfTrappedWritesAndOfNothingElse(String workload) {
        int trapped = 0;
        try (TraceReader reader = TraceReader.open(Recordings.stock(workload))) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                if (event instanceof TraceEvent.LinuxWrite e) {
                    assertThat(e.oldKnown()).isEqualTo(e.via() != Via.TRAPPED);
                    trapped += e.oldKnown() ? 0 : 1;
                }
            }
        }
        assertThat(trapped).isPositive();
    }

    /** A pin that Xen preempted comes again, and is one for Linux. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void wholeTreesArePinnedEquallyOften(String workload) {
        TraceSummary full = full(workload);
        assertThat(stock(workload).operations(PIN_L4))
                .isEqualTo(full.operations(PIN_L4) - full.repeated(PIN_L4))
                .isPositive();
    }

    /**
     * An L1 that joins or leaves a pinned tree is pinned or unpinned on its own, by a function that
     * the stock recordings have no probe on.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void stockMissesThePinsOfTablesThatJoinAPinnedTree(String workload) {
        TraceSummary full = full(workload);
        TraceSummary stock = stock(workload);
        assertThat(stock.operations(PIN_L1))
                .isEqualTo(full.operations(PIN_L1) - full.transitions(2, LINK));
        assertThat(stock.operations(UNPIN))
                .isCloseTo(full.operations(UNPIN) - full.transitions(2, UNLINK), within(1L));
    }

    /**
     * update_va_mapping makes a page read-only when it becomes a table, and writable afterwards:
     * once for each table that joins or leaves a tree, and for those of trees that are pinned
     * whole. Of the latter a process has one more or less, by random places.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void mappingsAreUpdatedForTheTablesThatComeAndGo(String workload) {
        TraceSummary full = full(workload);
        TraceSummary stock = stock(workload);
        long ofFull =
                full.calls(UPDATE_VA_MAPPING)
                        - moved(full, 2)
                        - moved(full, 3)
                        - moved(full, 4) / 2;
        long ofStock =
                stock.calls(UPDATE_VA_MAPPING)
                        - moved(stock, 2)
                        - moved(stock, 3)
                        - moved(stock, 4);
        long processes = stock.operations(PIN_L4) / 2;
        assertThat(ofStock).isCloseTo(ofFull, within(2 * processes));
    }

    private static long moved(TraceSummary summary, int level) {
        return summary.transitions(level, LINK) + summary.transitions(level, UNLINK);
    }

    /**
     * Whether a flush is for one CPU or several is for the scheduler to say; it is one or the
     * other.
     */
    @Test
    void flushesOfOnePageAreEquallyMany() {
        TraceSummary full = full("fork");
        assertThat(full.operations(INVLPG_LOCAL) + full.operations(INVLPG_MULTI))
                .isEqualTo(stock("fork").operations(INVLPG_LOCAL));
    }

    @Test
    void flushesOnSeveralCpusAreEquallyMany() {
        TraceSummary full = full("mt");
        TraceSummary stock = stock("mt");
        long local = 0;
        for (TraceEvent.MmuextCommand command : TraceEvent.MmuextCommand.values()) {
            local += command.flushes() ? stock.operations(command) : 0;
        }
        assertThat(stock.guestFlushes() - local)
                .isEqualTo(full.operations(TLB_FLUSH_MULTI) + full.operations(INVLPG_MULTI))
                .isPositive();
    }

    /**
     * While Linux builds a tree it writes L2 to L4 itself, and Xen learns of it when it is pinned.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void upperTablesOfUnpinnedTreesAreWrittenWithoutCalls(String workload) {
        TraceSummary stock = stock(workload);
        for (int level = 2; level <= 4; level++) {
            assertThat(stock.directWrites(level)).isPositive();
        }
        assertThat(stock.directWrites(1)).isZero();
    }
}
