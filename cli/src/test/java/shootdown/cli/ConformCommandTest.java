package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.xen.Components;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code conform}. */
class ConformCommandTest {
    @TempDir Path folder;

    private List<ProcessHandle> before = List.of();

    @BeforeEach
    void lookWhatRuns() {
        before = ProcessHandle.current().descendants().toList();
    }

    @AfterEach
    void nothingIsLeftRunning() {
        assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
    }

    /** One line, and nothing else. */
    private static void complains(int exit, String words, String... arguments) {
        Run run = Run.of(arguments).complains(exit, words);
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --programs 0      | --programs takes a number above 0, not 0
                    --programs -1     | --programs takes a number above 0, not -1
                    --programs many   | '--programs'
                    --first -1        | --first takes 0 and above, not -1
                    --steps 0         | --steps takes 1 to 100, not 0
                    --steps 101       | --steps takes 1 to 100, not 101
                    --instances 0     | --instances takes 1 to 64, not 0
                    --vcpus 3         | --vcpus takes 1, 2 or both, not '3'
                    --time x          | --time takes a duration such as 90s or 1h30m, not 'x'
                    --time 0s         | --time takes a duration such as 90s or 1h30m, not '0s'
                    --time -5s        | --time takes a duration such as 90s or 1h30m, not '-5s'
                    --time 9999999h   | --time takes a duration such as 90s or 1h30m, not '9999999h'
                    --xpti perhaps    | '--xpti'
                    --domain dom1     | '--domain'
                    --program 5       | did you mean '--programs'?
                    """)
    void wrongOptionIsOneLine(String options, String words) {
        complains(Exit.USAGE, words, ("conform " + options).split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xpti=1",
                "no-xpti",
                "sync_console pv-linear-pt=0",
                "pv_linear_pt=off",
                "pcid=1",
                "no-global-pages",
                "spec-ctrl=no-xpti"
            })
    void wordsThatTheModelMustKnowAreRefused(String words) {
        complains(Exit.USAGE, "XPTI is what --xpti says", "conform", "--xen-options", words);
    }

    @Test
    void folderForScenariosThatIsAFileIsOneLine() throws IOException {
        String file = Files.writeString(folder.resolve("file"), "").toString();
        complains(Exit.USAGE, "is a file, not a folder", "conform", "--scenarios", file);
        complains(Exit.USAGE, "cannot make the folder", "conform", "--scenarios", file + "/below");
    }

    @Test
    void wrongOptionMakesNoFolder() {
        Path unmade = folder.resolve("unmade");
        complains(Exit.USAGE, "--vcpus", "conform", "--scenarios", unmade + "", "--vcpus", "3");
        assertThat(unmade).doesNotExist();
    }

    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void fileThatIsNoHypervisorIsOneLine() throws IOException {
        String missing = folder.resolve("missing").toString();
        complains(Exit.USAGE, "there is no such file", "conform", "--xen", missing);
        String text = Files.writeString(folder.resolve("xen.gz"), "no ELF").toString();
        complains(Exit.USAGE, "neither an ELF file", "conform", "--xen", text);
        complains(Exit.USAGE, "it is a folder", "conform", "--xen", folder.toString());
    }

    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void fewProgramsOfOneKindAgreeWithRealXen() {
        Run run = conform("--programs", "40");
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("domU, XPTI off, 2 vCPUs        40", "never seen")
                .containsPattern(
                        "\nconform: OK 40 programs, 0 differences, 0 suspected, .* seed 3,");
    }

    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void timeThatIsOverEndsIt() {
        Run run = conform("--time", "2s");
        assertThat(run.out()).contains("conform: ");
        assertThat(run.exit()).as(run.out() + run.err()).isIn(Exit.OK, Exit.BROKEN);
    }

    /** The processor of the model has NX, this Xen does not use it. */
    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void whatDiffersIsMadeSmallAndRunsAsAScenario() throws IOException {
        String found = folder.resolve("found").toString();
        String[] other = {"--xen-options", "cpuid=no-nx"};
        Run run = conform("--programs", "20", "--scenarios", found, other[0], other[1]);
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).contains("conform: FAILED 20 programs, ", "Model and real Xen part");
        try (Stream<Path> files = Files.list(Path.of(found))) {
            assertThat(files).isNotEmpty();
        }
        Run usual = Run.of("run", "--on", "xen", found);
        assertThat(usual.exit()).as(usual.out() + usual.err()).isEqualTo(Exit.OK);
        Run again = Run.of("run", "--on", "xen", found, other[0], other[1]);
        assertThat(again.exit()).as(again.out() + again.err()).isEqualTo(Exit.BROKEN);
    }

    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void interruptEndsItAndItsMachines() throws Exception {
        String[] words = {"conform", "--instances", "2", "--programs", "100000000"};
        Process process = Run.start("exec env --default-signal=INT %s", words);
        while (process.isAlive() && process.descendants().count() < 2) {
            Thread.sleep(100);
        }
        Thread.sleep(2000);
        List<ProcessHandle> machines = process.descendants().toList();
        assertThat(machines).hasSizeGreaterThan(1);
        new ProcessBuilder("kill", "-INT", process.pid() + "").start().waitFor();
        Run run = Run.wait(process);
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out() + run.err()).containsPattern("conform: INTERRUPTED|so far");
        assertThat(machines).noneMatch(ProcessHandle::isAlive);
    }

    private static Run conform(String... more) {
        List<String> words = new ArrayList<>(List.of("conform", "--instances", "1"));
        words.addAll(List.of("--xpti", "off", "--domain", "domu", "--vcpus", "2", "--seed", "3"));
        words.addAll(List.of(more));
        return Run.of(words.toArray(String[]::new));
    }

    @Test
    void interruptedBeforeAnythingWasFoundSaysSo() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "conform", "--instances", "1");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("interrupted, nothing was found so far");
    }
}
