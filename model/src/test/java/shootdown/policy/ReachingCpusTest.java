package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** CPU 0 edits; CPU 1 is the other dirty one. */
final class ReachingCpusTest {
    private static final Policy POLICY = new ReachingCpus();

    private static final long HERE = 0b01;
    private static final long THERE = 0b10;

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1.reachedFrom(HERE | THERE))).isEqualTo("Loc -, Rem -");
    }

    @Test
    void aTableThatNobodyReachesGivesNothing() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void onlyCpusThatReachTheTableFlush() {
        assertThat(Flushes.of(POLICY, L2.reachedFrom(HERE))).isEqualTo("Loc T, Rem -");
        assertThat(Flushes.of(POLICY, L2.reachedFrom(THERE))).isEqualTo("Loc -, Rem T");
        assertThat(Flushes.of(POLICY, L3.reachedFrom(HERE | THERE))).isEqualTo("Loc T, Rem T");
    }

    @Test
    void aBatchIsForAllThatAnyOfItsEditsIsFor() {
        assertThat(Flushes.of(POLICY, L2.reachedFrom(HERE), L3.reachedFrom(THERE)))
                .isEqualTo("Loc T, Rem T");
    }

    @Test
    void rootCopiesAreSyncedAsUnderFinal() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others().reachedFrom(HERE)))
                .isEqualTo("Loc T+R, Rem T+R");
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc -, Rem R");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L2.withCache())).isEqualTo("Loc C, Rem C");
    }
}
