package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class V1Test {
    private static final Policy POLICY = new V1();

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
    void anXptiL4InUseHereOnlyGivesGAndTheStoreHereAndGToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc G+r!, Rem G");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesGAndRAndTheStoreHereAndGAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc G+R+r!, Rem G+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesGAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc G+R, Rem G+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesGToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc G, Rem G");
    }

    @Test
    void aBatchUnitesItsFlags() {
        assertThat(Flushes.of(POLICY, L2, L4_XPTI.others(), L4_XPTI.inUse()))
                .isEqualTo("Loc G+R+r!, Rem G+R");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache()))
                .isEqualTo("Loc G+C+r!, Rem G+C");
    }
}
