package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class DraftNoLocalTest {
    private static final Policy POLICY = new DraftNoLocal();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesGToAll() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc G, Rem G");
    }

    @Test
    void anL3UpdateGivesGToAll() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc G, Rem G");
    }

    @Test
    void anL4UpdateWithoutXptiGivesGToAll() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc G, Rem G");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesNothingHereAndGToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc -, Rem G");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesGAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc G+R, Rem G+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesGAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc G+R, Rem G+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesNothingHereAndGToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc -, Rem G");
    }

    @Test
    void anL3OfTheSameBatchStillFlushesHere() {
        assertThat(Flushes.of(POLICY, L3, L4_XPTI.inUse())).isEqualTo("Loc G, Rem G");
    }

    @Test
    void aMustDoFlagReachesEverybodyIfTheL4IsUsedElsewhere() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others().withCache()))
                .isEqualTo("Loc G+R+C, Rem G+R+C");
    }
}
