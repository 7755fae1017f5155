package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class LocalOnlyTest {
    private static final Policy POLICY = new LocalOnly();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesTHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc T, Rem -");
    }

    @Test
    void anL3UpdateGivesTHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc T, Rem -");
    }

    @Test
    void anL4UpdateWithoutXptiGivesTHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc T, Rem -");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesTAndRHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc T+R, Rem -");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesTAndRHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc T+R, Rem -");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesTHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc T, Rem -");
    }

    @Test
    void anXptiL4WithoutUsesGivesTHereAndNothingToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc T, Rem -");
    }

    @Test
    void aMustDoFlagIsDeliveredHereOnly() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc T+R+C, Rem -");
    }
}
