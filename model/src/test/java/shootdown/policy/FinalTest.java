package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.Edit.L1;
import static shootdown.policy.Edit.L2;
import static shootdown.policy.Edit.L3;
import static shootdown.policy.Edit.L4;
import static shootdown.policy.Edit.L4_XPTI;

import org.junit.jupiter.api.Test;

/** The reference matrix of commit 16a20963b3, one row a test. */
final class FinalTest {
    private static final Policy POLICY = new Final();

    @Test
    void anL1UpdateFlushesNothing() {
        assertThat(Flushes.of(POLICY, L1)).isEqualTo("Loc -, Rem -");
    }

    @Test
    void anL2UpdateFlushesAllDirtyCpus() {
        assertThat(Flushes.of(POLICY, L2)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anL3UpdateFlushesAllDirtyCpus() {
        assertThat(Flushes.of(POLICY, L3)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anL2UpdateOfAForeignDomainFlushesItsDirtyCpus() {
        assertThat(Flushes.of(POLICY, L2.ofForeignDomain())).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anL3UpdateOfAForeignDomainFlushesItsDirtyCpus() {
        assertThat(Flushes.of(POLICY, L3.ofForeignDomain())).isEqualTo("Loc -, Rem T");
    }

    @Test
    void anL4UpdateWithoutXptiFlushesAndSyncsNoRoot() {
        assertThat(Flushes.of(POLICY, L4.inUse().others())).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anXptiL4InUseHereOnlySyncsTheLocalRoot() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse())).isEqualTo("Loc T+R, Rem T");
    }

    @Test
    void anXptiL4InUseHereAndElsewhereSyncsAllRoots() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others())).isEqualTo("Loc T+R, Rem T+R");
    }

    @Test
    void anXptiL4WithoutUsesSyncsNoRoot() {
        assertThat(Flushes.of(POLICY, L4_XPTI)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anXptiL4ThatIsOnlyThisVcpusUserTableSyncsNoRoot() {
        assertThat(Flushes.of(POLICY, L4_XPTI.asUserTable())).isEqualTo("Loc T, Rem T");
    }

    @Test
    void anXptiL4UsedElsewhereOnlySyncsTheOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others())).isEqualTo("Loc T, Rem T+R");
    }

    @Test
    void aForeignXptiL4ThatItsPausedOwnerReferencesSyncsTheOthers() {
        assertThat(Flushes.of(POLICY, L4_XPTI.others().ofForeignDomain()))
                .isEqualTo("Loc -, Rem T+R");
    }

    @Test
    void aBatchUnitesItsFlags() {
        assertThat(Flushes.of(POLICY, L2, L4_XPTI.others(), L4_XPTI.inUse()))
                .isEqualTo("Loc T+R, Rem T+R");
    }

    @Test
    void aBatchOfL1AndL3FlushesForTheL3() {
        assertThat(Flushes.of(POLICY, L1, L3, L1)).isEqualTo("Loc T, Rem T");
    }

    @Test
    void aFastPathUpdateFlushesLikeAFullOne() {
        assertThat(Flushes.of(POLICY, L3.sameFrame())).isEqualTo("Loc T, Rem T");
    }

    @Test
    void aFastPathUpdateOfAnXptiL4SyncsLikeAFullOne() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().others().sameFrame()))
                .isEqualTo("Loc T+R, Rem T+R");
    }

    @Test
    void aMustDoFlagReachesEverybody() {
        assertThat(Flushes.of(POLICY, L4_XPTI.inUse().withCache())).isEqualTo("Loc T+R+C, Rem T+C");
    }
}
