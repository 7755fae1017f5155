package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class NoneTest {
    private static final Policy POLICY = new None();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL3UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL4UpdateWithoutXptiGivesNothing() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesNothing() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesNothing() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesNothing() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anXptiL4WithoutUsesGivesNothing() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void aMustDoFlagIsNotDelivered() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others().withCache()))
                .isEqualTo("Loc -, Rem -");
    }
}
