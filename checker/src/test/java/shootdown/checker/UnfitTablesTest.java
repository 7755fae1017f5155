package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** U18: a table that has failed a validation becomes a page without a flush of its own. */
final class UnfitTablesTest {
    @ParameterizedTest
    @ValueSource(strings = {"u18-unfit-linear", "u18-unfit-smp"})
    void onlyAFlushBeforeTheTableDiesKeepsTypesSafe(String universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell cell = Table.reduced(policy, Table.universe(universe));

            Set<String> broken =
                    cell.broken().stream().map(Property::name).collect(Collectors.toSet());
            assertThat(new TreeSet<>(broken))
                    .as(policy.name())
                    .isEqualTo(policy.expectedBreaks(universe));
            assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        }
        assertThat(Table.reduced(Table.policy("final"), Table.universe(universe)).broken())
                .isEmpty();
    }

    /** No step of another CPU is needed, and no hardware but one that caches an L3 entry. */
    @Test
    void oneCpuAndSixStepsAreEnough() {
        Story story =
                Storyteller.tell(
                                Table.policy("none"),
                                Table.universe("u18-unfit-linear"),
                                Property.P1,
                                CheckOptions.reduced())
                        .orElseThrow();

        assertThat(story.steps()).hasSize(6);
    }

    @Test
    void explicitCachesAgree() {
        Universe universe = Table.universe("u18-unfit-linear");
        CheckOptions explicit = CheckOptions.reduced().withExplicit(true);

        assertThat(Checker.check(Table.policy("none"), universe, explicit).broken())
                .containsExactly(Property.P1);
        assertThat(Checker.check(Table.policy("final"), universe, explicit).broken()).isEmpty();
    }
}
