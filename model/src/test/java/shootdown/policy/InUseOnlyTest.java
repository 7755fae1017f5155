package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class InUseOnlyTest {
    private static final Policy POLICY = new InUseOnly();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesTToAll() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anL3UpdateGivesTToAll() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anL4UpdateWithoutXptiGivesTToAll() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesTAndRHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc T+R, Rem T");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesTAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc T+R, Rem T+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesNothingHereAndTAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc -, Rem T+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesNothingHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc -, Rem T");
    }

    @Test
    void withoutXptiAnL4ThatIsNotInUseDoesNotFlushHere() {
        assertThat(Flushes.of(POLICY, L4.others())).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anL3OfTheSameBatchStillFlushesHere() {
        assertThat(Flushes.of(POLICY, L3, L4.others())).isEqualTo("Loc T, Rem T");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4.withCache())).isEqualTo("Loc C, Rem T+C");
    }
}
