package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class DraftTest {
    private static final Policy POLICY = new Draft();

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
    void anXptiL4InUseHereOnlyGivesGToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc G, Rem G");
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
    void anXptiL4WithoutUsesGivesGToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc G, Rem G");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc G+C, Rem G+C");
    }

    @Test
    void aFirstMappingInAnL4WithASingleUseIsNotSynced() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().fromNotPresent())).isEqualTo("Loc G, Rem G");
    }
}
