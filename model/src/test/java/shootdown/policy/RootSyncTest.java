package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.RootSync.rootSync;

import org.junit.jupiter.api.Test;

final class RootSyncTest {
    @Test
    void nobodySyncsForLowerLevelsOrWithoutXpti() {
        assertThat(rootSync(L3.others())).isZero();
        assertThat(rootSync(L4.inUse().others())).isZero();
    }

    @Test
    void theUseHereAndOtherUsesCountSeparately() {
        assertThat(rootSync(L4_XPTI.inUse())).isEqualTo(TwoSets.local(FLUSH_ROOT_PGTBL));
        assertThat(rootSync(L4_XPTI.others())).isEqualTo(TwoSets.rest(FLUSH_ROOT_PGTBL));
        assertThat(rootSync(L4_XPTI.inUse().others())).isEqualTo(TwoSets.both(FLUSH_ROOT_PGTBL));
    }

    @Test
    void thisVcpusUserTableIsNoOtherUse() {
        assertThat(rootSync(L4_XPTI.asUserTable())).isZero();
    }
}
