package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import shootdown.checker.CheckOptions;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.scenario.RunResult;
import shootdown.scenario.Runner;
import shootdown.scenario.Scenario;
import shootdown.scenario.Scenarios;

import java.util.List;

/** Programs of campaigns as scenarios. */
class AsScenarioTest {
    private static final long SEED = 11;
    private static final int PROGRAMS = 60;

    static final List<Arena> ARENAS = ProgramGeneratorTest.ARENAS;

    @ParameterizedTest
    @FieldSource("ARENAS")
    void whatIsWrittenCanBeReadAgainAndHoldsOnTheModel(Arena arena) {
        CatalogueEntry policy = Catalogue.find(Runner.USUAL_POLICY).orElseThrow();
        ProgramGenerator generator = ProgramGeneratorTest.generator(arena, SEED);
        int answers = 0;
        for (int number = 0; number < PROGRAMS; number++) {
            String name = "seed %d, program %d of %s".formatted(SEED, number, arena);
            Trial trial = generator.generate(number);
            String text = AsScenario.text(arena, trial, "t", "a \"difference\"\nin lines", name);
            Scenario scenario = (Scenario) Scenarios.parse(text, name);
            assertThat(Scenarios.print(scenario)).as(name).isEqualTo(text);
            RunResult result = Runner.run(scenario, policy, CheckOptions.plain());
            assertThat(result.problem()).as("%s%n%s", name, text).isEmpty();
            assertThat(result.judged())
                    .as("%s%n%s", name, text)
                    .hasSizeGreaterThan(trial.program().steps().size() - 1)
                    .allMatch(judged -> judged.verdict() == RunResult.Verdict.HOLDS);
            answers += result.judged().size();
        }
        assertThat(answers).isGreaterThan(PROGRAMS * 20);
    }
}
