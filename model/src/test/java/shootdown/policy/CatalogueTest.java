package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One policy is one class, one test, one page and one row, all under one name. */
final class CatalogueTest {
    private static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));
    private static final Path PAGES = ROOT.resolve("docs/policies");
    private static final Path TESTS = ROOT.resolve("model/src/test/java/shootdown/policy");
    private static final Path CLASSES = ROOT.resolve("model/src/main/java/shootdown/policy");

    private static Stream<Named<CatalogueEntry>> entries() {
        return Catalogue.entries().stream().map(entry -> Named.of(entry.name(), entry));
    }

    private static String className(CatalogueEntry entry) {
        return Arrays.stream(entry.name().split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void theClassBearsTheName(CatalogueEntry entry) {
        assertThat(entry.policy().getClass().getSimpleName()).isEqualTo(className(entry));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void theTestBearsTheName(CatalogueEntry entry) {
        assertThat(TESTS.resolve(className(entry) + "Test.java")).isRegularFile();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void thePageBearsTheNameAndRepeatsTheSource(CatalogueEntry entry) throws IOException {
        String page = Files.readString(PAGES.resolve(entry.name() + ".md"));
        assertThat(page).startsWith("# " + entry.name() + "\n");
        assertThat(page.replaceAll("\\s+", " ")).contains(entry.source());
        assertThat(page).contains("shootdown explain " + entry.name() + " ");
        assertThat(page.lines().count()).isBetween(12L, 80L);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void thePageNamesEveryFamilyOfUniversesInWhichABreakIsExpected(CatalogueEntry entry)
            throws IOException {
        String page = Files.readString(PAGES.resolve(entry.name() + ".md"));
        for (Expectation expectation : entry.expectations()) {
            assertThat(page).contains(expectation.universe()).contains(expectation.property());
        }
    }

    @Test
    void theTableInTheDocsHasExactlyOneRowForEachPolicyInOrder() throws IOException {
        List<String> rows =
                Files.readAllLines(PAGES.resolve("README.md")).stream()
                        .filter(line -> line.startsWith("| ["))
                        .toList();
        List<String> expected =
                Catalogue.entries().stream()
                        .map(
                                entry ->
                                        "| [%s](%s.md) | %s | %s |"
                                                .formatted(
                                                        entry.name(),
                                                        entry.name(),
                                                        entry.rule(),
                                                        entry.source()))
                        .toList();
        assertThat(rows).isEqualTo(expected);
    }

    @Test
    void everyPolicyClassIsInTheCatalogue() throws IOException {
        List<String> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(" implements Policy {")) {
                    classes.add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        assertThat(Catalogue.entries())
                .extracting(CatalogueTest::className)
                .hasSameElementsAs(classes);
    }

    @Test
    void namesAndAliasesAreUnique() {
        List<String> names = new ArrayList<>();
        for (CatalogueEntry entry : Catalogue.entries()) {
            names.add(entry.name());
            names.addAll(entry.aliases());
        }
        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void noPolicyOfTheThreadIsIdeal() {
        assertThat(Catalogue.entries())
                .filteredOn(CatalogueEntry::ideal)
                .extracting(CatalogueEntry::source)
                .allMatch(source -> source.startsWith("ours"));
    }

    @Test
    void aNameOrAnAliasFindsItsEntry() {
        assertThat(Catalogue.find("v2").orElseThrow().policy()).isInstanceOf(V2.class);
        assertThat(Catalogue.find("v1-no-explicit-root")).isEqualTo(Catalogue.find("draft"));
        assertThat(Catalogue.find("v3")).isEmpty();
    }
}
