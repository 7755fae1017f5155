package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Set;

/** U17: walks of Xen's against flushes that interrupt, and that do not. */
final class SpuriousFaultsTest {
    private static Cell with(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        Universe mutant =
                sound.with(
                        universe + " with " + defect,
                        sound.machine().toBuilder().defect(defect).build());
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

    /**
     * The type is 0 after a failed validation, so Xen no longer knows that it was a table. Only a
     * policy whose own flush interrupts holds the walk up: what is no plain FLUSH_TLB, no
     * hypervisor below does.
     */
    @Test
    void aTableThatHasFailedAValidationIsRetypedWithoutAnInterrupt() {
        Universe universe = Table.universe("u17-spurious-unfit-assist");
        for (CatalogueEntry policy : Catalogue.entries()) {
            boolean interrupts = Set.of("linear-range", "at-exit").contains(policy.name());
            assertThat(Table.reduced(policy, universe).broken())
                    .as(policy.name())
                    .isEqualTo(interrupts ? List.of() : List.of(Property.P1));
        }
    }

    @Test
    void aStoryNamesWhatXenIsAboutToRead() {
        Universe universe = Table.universe("u17-spurious-unfit-assist");
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
