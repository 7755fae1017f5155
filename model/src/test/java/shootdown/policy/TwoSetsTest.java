package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;

import org.junit.jupiter.api.Test;

final class TwoSetsTest {
    @Test
    void theSetsAreIndependent() {
        int sets = TwoSets.local(FLUSH_TLB) | TwoSets.rest(FLUSH_ROOT_PGTBL | FLUSH_AT_EXIT);
        assertThat(TwoSets.localOf(sets)).isEqualTo(FLUSH_TLB);
        assertThat(TwoSets.restOf(sets)).isEqualTo(FLUSH_ROOT_PGTBL | FLUSH_AT_EXIT);
    }

    @Test
    void theLowByteIsNoFlag() {
        assertThat(TwoSets.localOf(TwoSets.both(FLUSH_TLB) | 0xff)).isEqualTo(FLUSH_TLB);
        assertThat(TwoSets.restOf(TwoSets.both(FLUSH_TLB) | 0xff)).isEqualTo(FLUSH_TLB);
    }
}
