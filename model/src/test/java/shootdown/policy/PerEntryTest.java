package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class PerEntryTest {
    private static final Policy POLICY = new PerEntry();

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
    void anXptiL4UsedElsewhereOnlyGivesTHereAndTAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc T, Rem T+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesTToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc T+R+C, Rem T+C");
    }

    @Test
    void everyEntryIsFlushedBeforeTheNext() {
        assertThat(Flushes.atOnce(POLICY, L3)).isEqualTo("Loc T, Rem T");
        assertThat(Flushes.atOnce(new Final(), L3)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void aBatchCostsAsManyRoundsAsEntries() {
        assertThat(Flushes.rounds(POLICY, L3, L2, L1, L3)).isEqualTo(3);
        assertThat(Flushes.rounds(new Final(), L3, L2, L1, L3)).isEqualTo(1);
    }
}
