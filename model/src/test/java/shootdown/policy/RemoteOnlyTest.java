package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class RemoteOnlyTest {
    private static final Policy POLICY = new RemoteOnly();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesNothingHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anL3UpdateGivesNothingHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anL4UpdateWithoutXptiGivesNothingHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesNothingHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesNothingHereAndTAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc -, Rem T+R");
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
    void aMustDoFlagIsDeliveredToTheOthersOnly() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc -, Rem T+C");
    }
}
