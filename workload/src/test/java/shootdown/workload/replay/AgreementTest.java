package shootdown.workload.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.Final;
import shootdown.policy.Policy;
import shootdown.policy.Prepare;
import shootdown.policy.SkipNotPresent;
import shootdown.workload.replay.Agreement.Point;
import shootdown.workload.trace.Recordings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model under {@code final} does what the recorded Xen did. */
class AgreementTest {
    private static Replayed replay(Path file, Map<String, Policy> policies, int threads) {
        Options options = new Options(false, false, Options.TLB_ENTRIES, threads, false);
        return new Replay(Recording.of(file, false), policies, options)
                .run(events -> {}, () -> true);
    }

    private static Replayed replay(String workload) {
        return replay(Recordings.full(workload), Map.of("final", new Final()), 1);
    }

    /** The columns: how many ended calls of mmu_update there are, and how many flushed. */
    @ParameterizedTest
    @CsvSource({
        "boot, 48542, 4759, 91",
        "churn, 6811, 1059, 1059",
        "compile, 62136, 633, 633",
        "fork, 5075, 12, 12",
        "idle, 601, 8, 8",
        "mt, 2976, 104, 104"
    })
    void everyDecisionOfDoMmuUpdateIsTheRecordedOne(
            String workload, long calls, long flushes, long interrupts) {
        Replayed replayed = replay(workload);
        assertThat(replayed.isComplete()).isTrue();
        Agreement agreement = replayed.agreement();
        assertThat(agreement.at(Point.FLUSHED).agreed()).isEqualTo(calls);
        assertThat(agreement.at(Point.FLUSH_LOCAL).agreed()).isEqualTo(flushes);
        assertThat(agreement.at(Point.FLUSH_OTHERS).agreed()).isEqualTo(flushes);
        assertThat(replayed.runs().get(0).tally().policy().requests()).isEqualTo(interrupts);
        for (Point point : Point.values()) {
            if (point.compareTo(Point.TYPE_CHANGE) < 0) {
                assertThat(agreement.at(point).differed()).describedAs(point.text()).isZero();
            }
        }
    }

    /**
     * The filter of type changes depends on every flush so far, so that one step too many or too
     * few anywhere shows. What differs has a reason that the recording gives; four flushes of
     * compile have overlapped with calls that had no flush of their own.
     */
    @ParameterizedTest
    @CsvSource({
        "boot, 0, 2, 12",
        "churn, 0, 0, 0",
        "compile, 4, 296, 12",
        "fork, 0, 0, 0",
        "idle, 0, 0, 0",
        "mt, 0, 0, 0"
    })
    void flushesOfTypeChangesDifferOnlyWhereTheRecordingCannotTell(
            String workload, long differed, long overlapped, long unknown) {
        Agreement agreement = replay(workload).agreement();
        assertThat(agreement.at(Point.TYPE_CHANGE).differed()).isEqualTo(differed);
        assertThat(agreement.at(Point.TYPE_CHANGE_OVERLAPPED).differed()).isEqualTo(overlapped);
        assertThat(agreement.at(Point.TYPE_CHANGE_UNKNOWN).differed()).isEqualTo(unknown);
        assertThat(agreement.at(Point.TYPE_CHANGE).agreed()).isPositive();
    }

    @Test
    void anotherPolicyThanTheRecordedOneDoesNotAgree() {
        Recording mt = Recording.of(Recordings.full("mt"), false);
        Settings settings = new Settings(mt.frames(), mt.cpus(), false, false, 1536, mt.form());
        Replay replay =
                new Replay(
                        mt,
                        Map.of("skip-not-present", new SkipNotPresent()),
                        new Options(false, false, 1536, 1, false));
        ModelRun run = new ModelRun(new Prepare(), settings);
        replay.follow(List.of(run), events -> {}, () -> true);
        assertThat(run.agreement().at(Point.FLUSHED).differed()).isEqualTo(104);
    }

    @Test
    void resultsAreTheSameForAnyNumberOfThreads() {
        Map<String, Policy> policies = new LinkedHashMap<>();
        policies.put("final", new Final());
        policies.put("skip-not-present", new SkipNotPresent());
        Replayed one = replay(Recordings.full("mt"), policies, 1);
        Replayed three = replay(Recordings.full("mt"), policies, 3);
        for (int i = 0; i < 2; i++) {
            Tally a = one.runs().get(i).tally();
            Tally b = three.runs().get(i).tally();
            assertThat(a.policy().targets()).isEqualTo(b.policy().targets());
            assertThat(a.lostUsed()).isEqualTo(b.lostUsed());
            assertThat(a.of(FlushSource.TYPE_CHANGE).targets())
                    .isEqualTo(b.of(FlushSource.TYPE_CHANGE).targets());
        }
        assertThat(one.runs().get(1).tally().policy().asked()).isEqualTo(54);
    }

    @Test
    void aReplayThatIsEndedKeepsWhatItHasFound() {
        Recording churn = Recording.of(Recordings.full("churn"), false);
        Replayed part =
                new Replay(
                                churn,
                                Map.of("final", new Final()),
                                new Options(false, false, 1536, 1, false))
                        .run(events -> {}, () -> false);
        assertThat(part.isComplete()).isFalse();
        assertThat(part.events()).isPositive().isLessThan(churn.events());
        assertThat(part.runs().get(0).tally().invocations()).isPositive();
    }
}
