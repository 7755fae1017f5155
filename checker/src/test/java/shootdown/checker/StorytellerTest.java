package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.Objects;

/** Of {@code Storyteller}, {@code Replay}, {@code Narrator}. */
final class StorytellerTest {
    private static final CheckOptions OPTIONS = CheckOptions.reduced();

    @Test
    void everyBrokenCellOfTheTableCanBeTold() {
        int told = 0;
        for (Universe universe : Universes.byDefault()) {
            if (universe.name().endsWith("rich") || universe.name().endsWith("pcid-self")) {
                continue; // the same families in smaller variants are told
            }
            for (CatalogueEntry policy : Catalogue.entries()) {
                for (Property property : Table.reduced(policy, universe).broken()) {
                    Story story =
                            Storyteller.tell(policy, universe, property, OPTIONS).orElseThrow();
                    String where = policy.name() + " in " + universe.name() + ", " + property;
                    assertThat(story.events()).as(where).isNotEmpty();
                    assertThat(story.wrong()).as(where).isNotBlank();
                    assertThat(story.remedy())
                            .as(where)
                            .isNotBlank()
                            .doesNotContain("flushed: nothing");
                    told++;
                }
            }
        }
        assertThat(told).isGreaterThan(100);
    }

    @Test
    void theRemedyNamesTheLastStepInWhichASafePolicyDecidesOtherwise() {
        Universe universe = Universes.find("u3-xpti-smp").orElseThrow();
        CatalogueEntry localOnly = Catalogue.find("local-only").orElseThrow();

        Story story = Storyteller.tell(localOnly, universe, Property.P5, OPTIONS).orElseThrow();

        assertThat(story.remedy()).contains("In step 9 'final'");
    }

    /** prepare marks the local root copy at once, and final when it flushes: both in step 3. */
    @Test
    void theRemedyNamesAllThatAStepShouldHaveFlushed() {
        Universe universe = Universes.find("u8-user-l4-xpti-smp").orElseThrow();
        CatalogueEntry prepare = Catalogue.find("prepare").orElseThrow();

        Story story = Storyteller.tell(prepare, universe, Property.P3, OPTIONS).orElseThrow();

        assertThat(story.remedy())
                .isEqualTo(
                        "In step 3 'final', which keeps this, would have flushed:"
                                + " local TLB|ROOT_PGTBL, others TLB|ROOT_PGTBL.");
    }

    @Test
    void aDirectStoreAndALaterFlagAreADifferenceThatIsToldInFull() {
        Universe universe = Universes.find("u2-xpti-boot").orElseThrow();
        CatalogueEntry first = Catalogue.find("v1-nonglobal").orElseThrow();
        CatalogueEntry second = Catalogue.find("final").orElseThrow();

        Difference difference =
                Objects.requireNonNull(
                        Storyteller.difference(first, second, universe, OPTIONS).difference());

        assertThat(difference.first())
                .isEqualTo("local ROOT_PGTBL, others nothing; then local TLB, others nothing");
        assertThat(difference.second())
                .isEqualTo("nothing; then local TLB|ROOT_PGTBL, others nothing");
        assertThat(difference.matters()).isFalse();
    }

    @Test
    void aSafeCellHasANearMissThatLosesOneFlush() {
        Universe universe = Universes.find("u4-smp-linear").orElseThrow();
        CatalogueEntry policy = Catalogue.find("final").orElseThrow();

        Story story = Storyteller.nearMiss(policy, universe, OPTIONS).orElseThrow();

        assertThat(story.nearMiss()).isTrue();
        assertThat(story.events().stream().filter(e -> e.text().contains("gets lost"))).hasSize(1);
    }

    @Test
    void aComparisonThatWasCutShortSaysSo() {
        Universe universe = Universes.find("u4-smp-linear").orElseThrow();
        CatalogueEntry first = Catalogue.find("final").orElseThrow();
        CatalogueEntry second = Catalogue.find("v1-root-not-local").orElseThrow();
        CheckOptions cut = OPTIONS.withSearch(OPTIONS.search().withMaxStates(1));

        assertThat(Storyteller.difference(first, first, universe, OPTIONS).complete()).isTrue();
        assertThat(Storyteller.difference(first, first, universe, cut).complete()).isFalse();
        assertThat(Storyteller.difference(first, second, universe, OPTIONS).difference())
                .isNotNull();
    }
}
