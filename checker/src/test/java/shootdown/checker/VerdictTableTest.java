package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.engine.End;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Expectation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All policies in all default universes: as the catalogue expects, and as large as pinned. */
final class VerdictTableTest {
    private static final String PINNED = "pinned-counts.txt";

    static Stream<Universe> universes() {
        return Universes.byDefault().stream();
    }

    @ParameterizedTest
    @MethodSource("universes")
    void everyPolicyBreaksWhatIsExpectedOfItAndNothingElse(Universe universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell cell = Table.reduced(policy, universe);

            Set<String> broken =
                    cell.broken().stream().map(Property::name).collect(Collectors.toSet());
            String where = policy.name() + " in " + universe.name();
            assertThat(new TreeSet<>(broken))
                    .as(where)
                    .isEqualTo(policy.expectedBreaks(universe.name()));
            assertThat(cell.end()).as(where).isEqualTo(End.EXHAUSTED);
        }
    }

    @Test
    void everyBrokenCellHasAReason() {
        for (CatalogueEntry policy : Catalogue.entries()) {
            for (Universe universe : Universes.byDefault()) {
                for (Property property : Table.reduced(policy, universe).broken()) {
                    assertThat(policy.expectations())
                            .as("%s breaks %s in %s", policy.name(), property, universe.name())
                            .anyMatch(
                                    e ->
                                            e.appliesTo(universe.name())
                                                    && e.property().equals(property.name())
                                                    && !e.reason().isBlank());
                }
            }
        }
    }

    @Test
    void everyExpectationNamesAUniverseItsWordsAndAProperty() {
        Set<String> words =
                Universes.all().stream()
                        .flatMap(universe -> Stream.of(universe.name().split("-")))
                        .collect(Collectors.toSet());
        for (CatalogueEntry policy : Catalogue.entries()) {
            for (Expectation expectation : policy.expectations()) {
                assertThat(Universes.all())
                        .as("%s: %s", policy.name(), expectation)
                        .anyMatch(universe -> expectation.appliesTo(universe.name()));
                assertThat(Property.find(expectation.property())).isPresent();
                if (!expectation.variant().equals("*")) {
                    for (String word : expectation.variant().split(" ")) {
                        assertThat(words).contains(word.replace("!", ""));
                    }
                }
            }
        }
    }

    @Test
    void universeNamesAndFrameNamesAreUnique() {
        assertThat(Universes.all()).extracting(Universe::name).doesNotHaveDuplicates();
        for (Universe universe : Universes.all()) {
            assertThat(universe.frameNames()).doesNotHaveDuplicates();
        }
    }

    /** States and transitions under three policies; -Dgolden.refresh=true writes the file anew. */
    @Test
    void countsOfStatesAndTransitionsAreThePinnedOnes() throws IOException {
        List<String> counted = new ArrayList<>();
        for (Universe universe : Universes.byDefault()) {
            for (String policy : List.of("none", "final", "sync-guest")) {
                Cell cell = Table.reduced(Table.policy(policy), universe);
                counted.add(
                        "%s %s: %d states, %d transitions, depth %d"
                                .formatted(
                                        universe.name(),
                                        policy,
                                        cell.states(),
                                        cell.transitions(),
                                        cell.depth()));
            }
        }
        if (Boolean.getBoolean("golden.refresh")) {
            Path root = Path.of(System.getProperty("shootdown.root"));
            Files.write(root.resolve("checker/src/test/resources").resolve(PINNED), counted);
            return;
        }
        assertThat(counted).isEqualTo(pinned());
    }

    private static List<String> pinned() throws IOException {
        try (InputStream in = VerdictTableTest.class.getResourceAsStream("/" + PINNED)) {
            return new String(
                            Objects.requireNonNull(in, PINNED).readAllBytes(),
                            StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
