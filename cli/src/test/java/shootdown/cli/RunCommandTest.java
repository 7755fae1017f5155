package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** {@code run}, {@code --universe-file} and {@code --scenario}. */
class RunCommandTest {
    private static final String STALE =
            GeneratedPart.ROOT
                    .resolve("scenarios/5-stale/500-l3-edit-leaves-stale-l2-read.scn")
                    .toString();

    @TempDir Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void scenarioThatDoesWhatItSaysIsOk() {
        Run run = Run.of("run", STALE);
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("final", "sync-guest")
                .endsWith("run: OK 1 scenario, 11 expectations\n");
    }

    @Test
    void expectationThatFailsIsToldStepByStep() throws IOException {
        String text = Files.readString(Path.of(STALE)).replace("breaks P3", "keeps P3");
        Run run = Run.of("run", write("wrong.scn", text));
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out())
                .contains("fails: keeps P3", "do_mmu_update: L3[0] := L2b")
                .endsWith("run: FAILED 1 of 1 scenario, 1 of 11 expectations\n");
    }

    @Test
    void policyOfTheUsersChoiceIsAsked() {
        Run run = Run.of("run", STALE, "--policy", "v1");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("v1").doesNotContain("sync-guest");
    }

    @Test
    void limitMakesItUndecided() {
        Run run = Run.of("run", STALE, "--policy", "final", "--max-states", "2");
        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("run: UNDECIDED");
    }

    @Test
    void badFilesAreOneMessage() throws IOException {
        Run.of("run", "nowhere.scn").complains(Exit.USAGE, "nowhere.scn: there is no such file");
        Run.of("run", folder.toString()).complains(Exit.USAGE, "no file in this folder");
        String bad = write("bad.scn", "scenario \"t\" frames { L4: } lod cpu0 L4");
        Run.of("run", bad).complains(Exit.USAGE, "bad.scn:1:29: 'lod'", "did you mean 'load'?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --on xen --policy-file Mine.java | --policy-file is for the model
                    --on xen --policy-timeout 3      | --policy-timeout is for the model
                    --on xen --explicit              | --explicit is for the model
                    --on xen --max-states 10         | --max-states is for the model
                    --on xen --memory 1G             | --memory is for the model
                    --on xen --threads 2             | --threads is for the model
                    --on xen --no-covering           | --no-covering is for the model
                    --on xen --no-symmetry           | --no-symmetry is for the model
                    --on xen --no-fusing             | --no-fusing is for the model
                    --xen xen.gz                     | --xen is for --on xen
                    --xen-options dom0_mem=32M       | --xen-options is for --on xen
                    """)
    void optionOfTheOtherPlaceIsRefused(String options, String words) {
        Run.of(("run " + STALE + " " + options).split(" ")).complains(Exit.USAGE, words);
    }

    @Test
    void pipeIsRefusedAndNotWaitedFor() throws Exception {
        String pipe = folder.resolve("pipe.scn").toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> Run.of("run", pipe).complains(Exit.USAGE, "this is not a regular file"));
    }

    @Test
    void scenarioMayComeThroughAPipeOfTheShell() throws IOException {
        Run run = Run.inShell("cat " + STALE + " | %s", "run", "/dev/stdin");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
    }

    @Test
    void aStoryThatNoScenarioCanSayIsRefusedAndNothingIsWritten() {
        for (String universe : new String[] {"u8-user-l4", "u4-smp-linear-tso"}) {
            Path file = folder.resolve(universe + ".scn");
            Run.of("explain", "none", universe, "--scenario", file.toString())
                    .complains(Exit.USAGE, "cannot be a scenario");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void storyOfExplainRunsAsAScenario() {
        String file = folder.resolve("story.scn").toString();
        Run explain = Run.of("explain", "sync-guest", "u1-linear-uvm", "--scenario", file);
        assertThat(explain.exit()).isEqualTo(Exit.BROKEN);
        Run run = Run.of("run", file);
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("sync-guest");
    }

    @Test
    void universeOfTheUserIsCheckedExplainedAndCompared() throws IOException {
        String text = Files.readString(GeneratedPart.ROOT.resolve("docs/scenarios.md"));
        int from = text.indexOf("universe \"two-l3s\"");
        String file = write("mine.scn", text.substring(from, text.indexOf("```", from)));
        Run check = Run.of("check", "sync-guest", "--universe-file", file);
        assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(Exit.BROKEN);
        assertThat(check.out()).contains("two-l3s", "P3");
        assertThat(Run.of("check", "final", "--universe-file", file).exit()).isEqualTo(Exit.OK);
        assertThat(Run.of("explain", "sync-guest", "--universe-file", file).out())
                .contains("sync-guest in two-l3s breaks P3");
        assertThat(Run.of("diff", "none", "final", "--universe-file", file).exit())
                .isEqualTo(Exit.BROKEN);
        Run.of("run", file).complains(Exit.USAGE, "this is a universe");
        Run.of("check", "--universe-file", STALE).complains(Exit.USAGE, "this is a scenario");
    }

    @Test
    void jsonHasEveryExpectation() {
        Run run = Run.of("run", STALE, "--json");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains(
                        "\"schema\" : \"shootdown/run/2\"", "\"always L1b[1] -> page", "\"holds\"");
    }
}
