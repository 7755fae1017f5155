package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The matrix of the rule, and what sets the policy apart. */
final class AtExitTest {
    private static final Policy POLICY = new AtExit();

    @Test
    void anL1UpdateGivesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateGivesLateTToAll() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc T@exit, Rem T@exit");
    }

    @Test
    void anL3UpdateGivesLateTToAll() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc T@exit, Rem T@exit");
    }

    @Test
    void anL4UpdateWithoutXptiGivesLateTToAll() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc T@exit, Rem T@exit");
    }

    @Test
    void anXptiL4InUseHereOnlyGivesLateTAndRHereAndLateTToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc T@exit+R, Rem T@exit");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereGivesLateTAndRToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others()))
                .isEqualTo("Loc T@exit+R, Rem T@exit+R");
    }

    @Test
    void anXptiL4UsedElsewhereOnlyGivesLateTHereAndLateTAndRToOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc T@exit, Rem T@exit+R");
    }

    @Test
    void anXptiL4WithoutUsesGivesLateTToAll() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc T@exit, Rem T@exit");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache()))
                .isEqualTo("Loc T@exit+R+C, Rem T@exit+C");
    }
}
