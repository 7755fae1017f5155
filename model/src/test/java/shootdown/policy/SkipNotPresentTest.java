package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class SkipNotPresentTest {
    private static final Policy POLICY = new SkipNotPresent();

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
    void anL3EntryThatWasNotPresentFlushesNothing() {
        assertThat(Flushes.of(POLICY, L3.fromNotPresent())).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL4EntryThatWasNotPresentFlushesNothingWithoutXpti() {
        assertThat(Flushes.of(POLICY, L4.inUse().others().fromNotPresent()))
                .isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL4EntryThatWasNotPresentSyncsTheLocalRootAlone() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().fromNotPresent())).isEqualTo("Loc R, Rem -");
    }

    @Test
    void anL4EntryThatWasNotPresentSyncsAllRootsInUse() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others().fromNotPresent()))
                .isEqualTo("Loc R, Rem R");
    }

    @Test
    void anyPresentEntryOfTheBatchBringsTheFlushBack() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().fromNotPresent(), L2))
                .isEqualTo("Loc T+R, Rem T");
    }

    @Test
    void aMustDoFlagIsDueAnyhow() {
        assertThat(Flushes.of(POLICY, L3.fromNotPresent().withCache())).isEqualTo("Loc C, Rem C");
    }
}
