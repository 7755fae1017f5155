package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;

/** U17: walks of Xen's against flushes that interrupt, and that do not. */
final class SpuriousFaultsTest {
    private static Universe mutant(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        return sound.with(
                universe + " with " + defect, sound.machine().toBuilder().defect(defect).build());
    }

    private static Cell with(Defect defect, String universe) {
        Universe mutant = mutant(defect, universe);
        Cell cell = Checker.check(Table.policy("final"), mutant, CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    @ParameterizedTest
    @ValueSource(strings = {"u17-spurious-assist", "u17-spurious-xpti-assist"})
    void anAssistedTypeChangeLetsXenWalkAPage(String universe) {
        assertThat(Table.reduced(Table.policy("final"), Table.universe(universe)).broken())
                .isEmpty();

        assertThat(with(Defect.NO_FLUSH_REFUSES_ASSIST, universe).broken())
                .containsExactly(Property.P1);
    }

    @Test
    void cachesThatFillAndEvictStepByStepAgree() {
        Universe sound = Table.universe("u17-spurious-assist");
        CheckOptions explicit = CheckOptions.reduced().withExplicit(true);

        Cell cell = Checker.check(Table.policy("final"), sound, explicit);

        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        assertThat(cell.broken()).isEmpty();
    }

    @Test
    void withoutAHypervisorBelowEveryFlushInterruptsAnyway() {
        Cell sound = Table.reduced(Table.policy("final"), Table.universe("u17-spurious"));

        Cell old = with(Defect.NO_FLUSH_REFUSES_ASSIST, "u17-spurious");

        assertThat(old.broken()).isEmpty();
        assertThat(old.states()).isEqualTo(sound.states());
    }

    @Test
    void theFlushOfATypeChangeIsWhatHoldsTheTable() {
        assertThat(with(Defect.NO_TYPE_CHANGE_FLUSH, "u17-spurious-assist").broken())
                .contains(Property.P1);
    }

    @Test
    void aStoryNamesWhatXenIsAboutToRead() {
        Universe universe = mutant(Defect.NO_FLUSH_REFUSES_ASSIST, "u17-spurious-assist");
        Story story =
                Storyteller.tell(
                                Table.policy("final"),
                                universe,
                                Property.P1,
                                CheckOptions.reduced())
                        .orElseThrow();

        assertThat(story.wrong()).contains("Xen will read X as an L2 table");
    }
}
