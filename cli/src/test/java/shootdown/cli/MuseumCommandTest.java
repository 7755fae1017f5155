package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.checker.Exhibit;
import shootdown.checker.Museum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What people see of the museum, and its pages, which are made from it. */
class MuseumCommandTest {
    static List<Exhibit> exhibits() {
        return Museum.all();
    }

    @Test
    void theTableIsThatOfThePage() throws IOException {
        Run run = Run.of("museum");

        assertThat(run.exit()).as(run.out()).isEqualTo(Exit.OK);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
        GeneratedPart.check(
                "docs/museum/README.md", "exhibits", "```text\n" + run.out() + "```\n\n" + links());
    }

    private static String links() {
        StringBuilder links = new StringBuilder();
        for (Exhibit exhibit : Museum.all()) {
            links.append(
                    "* [%s](%s.md): %s%n"
                            .formatted(exhibit.name(), exhibit.name(), exhibit.title()));
        }
        return links.toString();
    }

    @ParameterizedTest
    @MethodSource("exhibits")
    void everyExhibitHasItsPage(Exhibit exhibit) throws IOException {
        Run run = Run.of("museum", exhibit.name());

        assertThat(run.exit()).as(run.out()).isEqualTo(Exit.OK);
        GeneratedPart.checkPage(
                "docs/museum/" + exhibit.name() + ".md",
                "# %s%n%n```text%n%s```%n".formatted(exhibit.name(), run.out()));
    }

    @Test
    void anUnknownExhibitIsAnsweredWithTheNearest() {
        Run.of("museum", "xsa-402").complains(Exit.USAGE, "did you mean 'xsa-401'?");
    }

    @Test
    void pagesAreACardForEachExhibitAndItsStory(@TempDir Path folder) throws IOException {
        Run run = Run.of("museum", "xsa-401", "--html", folder.toString());

        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("51 · xsa-401", "href=\"stories/xsa-401.P1.html\"", "in 7 steps");
        assertThat(folder.resolve("stories/xsa-401.P1.html")).isNotEmptyFile();
    }

    @Test
    void theCardOfWorkForNothingSaysWhatWasCounted(@TempDir Path folder) throws IOException {
        Run.of("museum", "global-sync", "--html", folder.toString());

        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("none kept a CPU from using anything stale")
                .doesNotContain("stories/");
    }

    @Test
    void aLimitIsNoFinding() {
        Run run = Run.of("museum", "--max-states", "2");

        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("undecided");
    }

    @Test
    void jsonTellsOfWorkInPlaceOfAStory() {
        Run run = Run.of("museum", "global-sync", "--json");

        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("\"property\" : null", "\"mattered\" : 0", "\"story\" : null");
    }

    @Test
    void jsonHasWhatTheTextHas() {
        Run run = Run.of("museum", "xsa-401", "--json");

        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("\"shootdown/museum/2\"", "\"row\" : 51", "\"events\"");
    }
}
