package shootdown.workload.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.Catalogue;
import shootdown.policy.Policy;
import shootdown.workload.replay.Agreement.Point;
import shootdown.workload.trace.Recordings;
import shootdown.workload.trace.TraceReader;
import shootdown.workload.trace.TraceSummary;
import shootdown.workload.trace.TraceSummary.Transition;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What policies cost the same workloads, recorded with the extra trace points and by unmodified
 * packages. They were different runs: how many tables a process needs depends on the random places
 * of its mappings, and which CPU it runs on on the scheduler. What does not depend on these is
 * equal, and what does follows from each recording's own edits in the same way.
 */
class StockAgainstFullReplayTest {
    private static final List<String> POLICIES =
            List.of("none", "v1", "v2", "final", "skip-not-present", "in-use-only", "local-only");

    private static final Map<Path, Replayed> REPLAYS = new HashMap<>();

    private static Replayed full(String workload) {
        return replayed(Recordings.full(workload));
    }

    private static Replayed stock(String workload) {
        return replayed(Recordings.stock(workload));
    }

    private static synchronized Replayed replayed(Path file) {
        return REPLAYS.computeIfAbsent(file, StockAgainstFullReplayTest::replay);
    }

    private static Replayed replay(Path file) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String name : POLICIES) {
            policies.put(name, Catalogue.find(name).orElseThrow().policy());
        }
        Options options = new Options(false, false, Options.TLB_ENTRIES, 1, false);
        return new Replay(Recording.of(file, false), policies, options)
                .run(events -> {}, () -> true);
    }

    private static Tally of(String policy, Replayed replayed) {
        return replayed.runs().get(POLICIES.indexOf(policy)).tally();
    }

    private static TraceSummary summary(Replayed replayed) {
        try (TraceReader reader = TraceReader.open(replayed.recording().file())) {
            return TraceSummary.of(reader);
        }
    }

    /** Slots of L4, each of them two entries for Xen; Linux tells of one. */
    private static long slots(Replayed replayed, Transition transition, int perSlot) {
        return summary(replayed).transitions(4, transition) / perSlot;
    }

    /** Each L1 or L2 that comes or goes is made read-only or writable, and found by its address. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void allTablesThatUpperEntriesNameAreFound(String workload) {
        PseudoPhysical shown = stock(workload).recording().pseudoPhysical();
        assertThat(shown.childrenKnown()).isEqualTo(shown.children()).isPositive();
        assertThat(shown.contradictions()).isZero();
    }

    /** Had the trees been read wrong, the model would refuse what Xen did not. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void allThatLinuxAskedForSucceeds(String workload) {
        Replayed stock = stock(workload);
        for (Point point : List.of(Point.MMUEXT, Point.NEW_ENTRY, Point.DROPPED)) {
            assertThat(stock.agreement().at(point).agreed()).isPositive();
            assertThat(stock.agreement().at(point).differed()).isZero();
        }
        assertThat(stock.agreement().at(Point.ALIVE_BEFORE).differed()).isZero();
    }

    /**
     * Nothing is left out. A few L1 entries had been filled before their table was one, by writes
     * that nobody records.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void oldValuesAreThoseThatWereWritten(String workload) {
        Map<Unread.Reason, Long> unread = stock(workload).unread().counts();
        assertThat(unread.getOrDefault(Unread.Reason.OLD_DIFFERS, 0L)).isLessThanOrEqualTo(3);
        unread.remove(Unread.Reason.OLD_DIFFERS);
        assertThat(unread).isEmpty();
    }

    /** L3 entries are linked and unlinked equally often, and each is an invocation of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void entriesOfL3CostTheSameUnderEachPolicy(String workload) {
        for (String policy : POLICIES) {
            Flushes full = of(policy, full(workload)).level(3);
            Flushes stock = of(policy, stock(workload)).level(3);
            assertThat(stock.asked()).as(policy).isEqualTo(full.asked());
            assertThat(stock.local()).as(policy).isEqualTo(full.local());
            assertThat(stock.targets()).as(policy).isEqualTo(full.targets());
        }
    }

    /** Without the random places of mt's mappings, and but for one table of fork's first exec. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn"})
    void entriesOfL2CostTheSame(String workload) {
        for (String policy : POLICIES) {
            assertThat(of(policy, stock(workload)).level(2).asked())
                    .as(policy)
                    .isCloseTo(of(policy, full(workload)).level(2).asked(), within(1L));
        }
    }

    /** How many there are, randomness decides; what each costs, the policy. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void eachEntryOfL2IsOneFlushOfFinalInBoth(String workload) {
        for (Replayed replayed : List.of(full(workload), stock(workload))) {
            TraceSummary summary = summary(replayed);
            long links = summary.transitions(2, Transition.LINK);
            long unlinks = summary.transitions(2, Transition.UNLINK);
            assertThat(of("final", replayed).level(2).asked()).isEqualTo(links + unlinks);
            assertThat(of("skip-not-present", replayed).level(2).asked()).isEqualTo(unlinks);
        }
    }

    /**
     * To link a slot is one invocation for both L4. To unlink it is two: dropping the L3 is
     * preemptible, and a preempted invocation has flushed for what it had done. (Of the full
     * churn's, one link was preempted too.)
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void aSlotOfL4IsOneFlushToLinkAndTwoToUnlinkInBoth(String workload) {
        Replayed full = full(workload);
        Replayed stock = stock(workload);
        assertThat(of("final", stock).level(4).asked())
                .isEqualTo(
                        slots(stock, Transition.LINK, 1) + 2 * slots(stock, Transition.UNLINK, 1));
        assertThat(of("final", full).level(4).asked())
                .isCloseTo(
                        slots(full, Transition.LINK, 2) + 2 * slots(full, Transition.UNLINK, 2),
                        within(1L));
        assertThat(of("skip-not-present", stock).level(4).asked())
                .isEqualTo(2 * slots(stock, Transition.UNLINK, 1));
        assertThat(of("skip-not-present", full).level(4).asked())
                .isEqualTo(2 * slots(full, Transition.UNLINK, 2));
    }

    /** Nothing random is left in these two: one program, few edits. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork"})
    void smallWorkloadsCostTheSameInAll(String workload) {
        for (String policy : POLICIES) {
            Tally full = of(policy, full(workload));
            Tally stock = of(policy, stock(workload));
            assertThat(stock.policy().asked()).as(policy).isEqualTo(full.policy().asked());
            assertThat(stock.policy().local()).as(policy).isEqualTo(full.policy().local());
            assertThat(stock.policy().targets()).as(policy).isEqualTo(full.policy().targets());
        }
    }

    /**
     * A page that becomes a table was writable, and one that is none any longer becomes so again.
     * Nothing of it is recorded, yet the model flushes as often: once for each table that joins or
     * leaves a tree, and for those of trees that are pinned and unpinned as a whole.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "churn", "mt"})
    void typesChangeAsOften(String workload) {
        Replayed full = full(workload);
        Replayed stock = stock(workload);
        long ofFull = of("final", full).of(FlushSource.TYPE_CHANGE).asked() - moved(full, 2);
        long ofStock = of("final", stock).of(FlushSource.TYPE_CHANGE).asked() - moved(stock, 1);
        assertThat(ofStock).isPositive().isCloseTo(ofFull, within(3L));
    }

    private static long moved(Replayed replayed, int perSlot) {
        TraceSummary summary = summary(replayed);
        long moved = 0;
        for (Transition transition : List.of(Transition.LINK, Transition.UNLINK)) {
            moved += summary.transitions(2, transition) + summary.transitions(3, transition);
            moved += slots(replayed, transition, perSlot);
        }
        return moved;
    }

    /**
     * Churn is left out: on one CPU Linux flushes a range page by page, on two all at once, and in
     * the stock recording it stayed on one.
     */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "fork", "mt"})
    void linuxFlushesAsOften(String workload) {
        assertThat(of("final", stock(workload)).of(FlushSource.GUEST).asked())
                .isCloseTo(of("final", full(workload)).of(FlushSource.GUEST).asked(), within(1L));
    }

    @Test
    void linuxInterruptsTheSameCpus() {
        assertThat(of("final", stock("mt")).of(FlushSource.GUEST).targets())
                .isEqualTo(of("final", full("mt")).of(FlushSource.GUEST).targets())
                .isPositive();
    }

    /** What both recordings say of a saving: the same share, of edits that are the same. */
    @Test
    void theShareThatSkippingSavesOnChurnIsTheSame() {
        for (int level = 2; level <= 3; level++) {
            double full = share(full("churn"), level);
            assertThat(share(stock("churn"), level)).isEqualTo(full).isBetween(0.45, 0.55);
        }
    }

    private static double share(Replayed replayed, int level) {
        return (double) of("skip-not-present", replayed).level(level).asked()
                / of("final", replayed).level(level).asked();
    }
}
