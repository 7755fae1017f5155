package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.checker.CheckOptions;
import shootdown.policy.Catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The library: every file is correct and does what it says. */
class LibraryTest {
    static final Path ROOT = Path.of(System.getProperty("shootdown.root", "..")).toAbsolutePath();
    private static final Path LIBRARY = ROOT.resolve("scenarios");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(LIBRARY)) {
            return all.filter(file -> file.toString().endsWith(".scn"))
                    .sorted()
                    .map(LIBRARY::relativize)
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void scenarioReadsBackAndDoesWhatItSays(Path file) throws IOException {
        Document document = Scenarios.read(LIBRARY.resolve(file));
        String printed = Scenarios.print(document);
        assertThat(Scenarios.parse(printed, "printed")).isEqualTo(document);
        if (document instanceof Scenario scenario) {
            assertThat(scenario.shows()).as("what it shows").isNotEmpty();
            assertThat(scenario.from()).as("where it comes from").isNotEmpty();
            List<String> policies = Runner.policies(scenario);
            assertThat(policies).as("policies that it says something about").isNotEmpty();
            policies.forEach(policy -> run(scenario, policy));
        }
    }

    private static void run(Scenario scenario, String policy) {
        RunResult result =
                Runner.run(scenario, Catalogue.find(policy).orElseThrow(), CheckOptions.reduced());
        assertThat(result.problem()).isEmpty();
        assertThat(result.judged()).as(policy).isNotEmpty();
        for (RunResult.Judged one : result.judged()) {
            assertThat(one.verdict())
                    .as("%s: %s", policy, one.text())
                    .isEqualTo(RunResult.Verdict.HOLDS);
        }
    }

    @Test
    void numbersAreUniqueAndNamesAreNumbered() throws IOException {
        Set<String> numbers = new HashSet<>();
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            assertThat(name).matches("[0-9]{3}-[a-z0-9-]+\\.scn");
            assertThat(numbers.add(name.substring(0, 3))).as(name).isTrue();
        }
    }
}
