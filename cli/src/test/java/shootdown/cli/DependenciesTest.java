package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether docs/dependencies.md tells the licence and the reason of all that the poms name. */
class DependenciesTest {
    private static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern EXCLUSIONS = Pattern.compile("(?s)<exclusions>.*?</exclusions>");
    private static final Pattern ROW_NAME = Pattern.compile("(?m)^\\| (`[^|]+)\\|");

    @Test
    void everythingInThePomsHasARowAndEveryRowIsInThePoms() throws IOException {
        TreeSet<String> used = new TreeSet<>();
        try (Stream<Path> poms = Files.find(ROOT, 2, (file, a) -> file.endsWith("pom.xml"))) {
            for (Path pom : poms.toList()) {
                ARTIFACT.matcher(EXCLUSIONS.matcher(Files.readString(pom)).replaceAll(""))
                        .results()
                        .map(match -> match.group(1))
                        .filter(name -> !name.startsWith("shootdown"))
                        .forEach(used::add);
            }
        }
        TreeSet<String> documented = new TreeSet<>();
        ROW_NAME.matcher(Files.readString(ROOT.resolve("docs/dependencies.md")))
                .results()
                .map(MatchResult::group)
                .flatMap(row -> Pattern.compile("`([^`]+)`").matcher(row).results())
                .map(match -> match.group(1))
                .forEach(documented::add);
        assertThat(documented).isEqualTo(used);
    }
}
