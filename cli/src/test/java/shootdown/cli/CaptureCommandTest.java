package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What needs no machine; {@code CaptureTest} runs one. */
class CaptureCommandTest {
    @TempDir Path folder;

    private static void refuses(String message, String... words) {
        Run run = Run.of(words);
        assertThat(run.err()).contains(message);
        assertThat(run.exit()).isEqualTo(Exit.USAGE);
        assertThat(run.out()).isEmpty();
    }

    private String out() {
        return folder.resolve("recordings").toString();
    }

    @Test
    void listNamesAllWorkloads() {
        Run run = Run.of("capture", "--list");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out().lines()).hasSize(13).allMatch(line -> line.matches("[a-z]+ +\\S.*"));
        assertThat(run.out()).startsWith("boot ").contains("\nchurn ").contains("\nfilecopy ");
    }

    @Test
    void folderMustBeNamed() {
        refuses("--out names the folder for the recordings", "capture", "fork");
    }

    @Test
    void unknownWorkloadGetsASuggestion() {
        refuses(
                "there is no workload 'frok'; did you mean 'fork'?",
                "capture",
                "frok",
                "--out",
                out());
    }

    @Test
    void wrongTimeIsRefused() {
        refuses(
                "--timeout takes a duration such as 90s or 10m, not 'soon'",
                "capture",
                "idle",
                "--timeout",
                "soon",
                "--out",
                out());
    }

    @Test
    void argumentsNeedAProgram() {
        refuses(
                "--arguments are those of --program",
                "capture",
                "idle",
                "--arguments",
                "1 2",
                "--out",
                out());
    }

    @Test
    void programMustBeOne() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no program");
        refuses(
                "neither a program for x86-64 nor a script for #!/bin/sh",
                "capture",
                "--program",
                text.toString(),
                "--out",
                out());
    }

    @Test
    void twoRecordingsCannotHaveOneName() throws IOException {
        Path script = Files.writeString(folder.resolve("fork"), "#!/bin/sh\n");
        refuses(
                "two recordings would be named fork",
                "capture",
                "fork",
                "--program",
                script.toString(),
                "--out",
                out());
    }
}
