package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Chooser;

import java.util.List;
import java.util.Set;

/** What random programs promise. */
class ProgramGeneratorTest {
    private static final int STEPS = 20;
    private static final int PROGRAMS = 200;

    static final List<Arena> ARENAS =
            List.of(
                    new Arena(Arena.Kind.DOM0, false, 1),
                    new Arena(Arena.Kind.DOM0, true, 2),
                    new Arena(Arena.Kind.DOMU, false, 2),
                    new Arena(Arena.Kind.DOMU, true, 1));

    static ProgramGenerator generator(Arena arena, long seed) {
        return new ProgramGenerator(arena, new Reference(arena, Set.of()), seed, STEPS);
    }

    @ParameterizedTest
    @FieldSource("ARENAS")
    void sameSeedAndNumberGiveTheSameProgramWhateverCameBefore(Arena arena) {
        ProgramGenerator forwards = generator(arena, 7);
        ProgramGenerator backwards = generator(arena, 7);
        Program[] programs = new Program[PROGRAMS];
        for (int number = 0; number < PROGRAMS; number++) {
            programs[number] = forwards.generate(number).program();
        }
        for (int number = PROGRAMS - 1; number >= 0; number--) {
            assertThat(backwards.generate(number).program()).isEqualTo(programs[number]);
        }
    }

    @ParameterizedTest
    @FieldSource("ARENAS")
    void anotherSeedAndAnotherNumberGiveOthers(Arena arena) {
        ProgramGenerator one = generator(arena, 1);
        Program program = one.generate(5).program();
        assertThat(generator(arena, 2).generate(5).program()).isNotEqualTo(program);
        assertThat(one.generate(6).program()).isNotEqualTo(program);
    }

    @ParameterizedTest
    @FieldSource("ARENAS")
    void nothingThatIsExcludedIsInAProgram(Arena arena) {
        ProgramGenerator generator = generator(arena, 3);
        Reference reference = new Reference(arena, Set.of());
        for (int number = 0; number < PROGRAMS; number++) {
            Trial trial = generator.generate(number);
            reference.begin(trial.program().memory());
            for (Step step : trial.program().steps()) {
                assertThat(Exclusions.allow(step)).as("seed 3, program %d", number).isTrue();
                Expected.After after = reference.run(step, Chooser.FIRST);
                assertThat(Exclusions.allow(step, reference, after))
                        .as("seed 3, program %d, %s", number, step)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ARENAS")
    void aboutHalfOfTheCallsSucceed(Arena arena) {
        ProgramGenerator generator = generator(arena, 4);
        int all = 0;
        int succeed = 0;
        for (int number = 0; number < PROGRAMS; number++) {
            Trial trial = generator.generate(number);
            for (int i = 0; i < trial.program().steps().size(); i++) {
                if (trial.program().steps().get(i).call() instanceof Call.Multicall) {
                    continue;
                }
                Expected.Answer answer = trial.expected().steps().get(i).answers();
                all++;
                succeed += answer.end() == Expected.End.RETURNED && answer.code() >= 0 ? 1 : 0;
            }
        }
        assertThat(succeed * 100 / all).isBetween(40, 75);
    }
}
