package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class LocalMaySkipTest {
    private static final Policy POLICY = new LocalMaySkip();

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
    void anXptiL4InUseHereOnlyGivesTAndTheStoreHereAndTToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc T+r!, Rem T");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesTAndGAndRAndTheStoreHereAndTAndGAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others()))
                .isEqualTo("Loc T+G+R+r!, Rem T+G+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesTHereAndTAndGAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc T, Rem T+G+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesTToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anL4InUseTakesTheSkippingBackForTheWholeBatch() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others(), L4_XPTI.inUse()))
                .isEqualTo("Loc T+G+R+r!, Rem T+G+R");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache()))
                .isEqualTo("Loc T+C+r!, Rem T+C");
    }
}
