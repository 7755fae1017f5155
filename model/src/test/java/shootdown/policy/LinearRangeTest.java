package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class LinearRangeTest {
    private static final Policy POLICY = new LinearRange();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesLToAll() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc L, Rem L");
    }

    @Test
    void anL3UpdateGivesLToAll() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc L, Rem L");
    }

    @Test
    void anL4UpdateWithoutXptiGivesLToAll() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc L, Rem L");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesLAndRHereAndLToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc L+R, Rem L");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesLAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc L+R, Rem L+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesLHereAndLAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc L, Rem L+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesLToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc L, Rem L");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc L+R+C, Rem L+C");
    }
}
