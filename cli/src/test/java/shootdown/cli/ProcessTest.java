package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What only a whole process shows. */
class ProcessTest {
    /** Signals as a shell's foreground job has them, whatever the parent ignores. */
    private static final String FOREGROUND = "exec env --default-signal=INT %s";

    @TempDir Path folder;

    @Test
    void interruptPrintsWhatWasFoundSoFar() throws Exception {
        Process process =
                Run.start(
                        FOREGROUND,
                        "check",
                        "--universe",
                        "all",
                        "--no-covering",
                        "--no-symmetry",
                        "--no-fusing",
                        "--threads",
                        "2");
        try {
            waitForWorkers(process);
            interrupt(process);
        } catch (AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
        Run run = Run.wait(process);
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).contains("not run", "interrupted", "measured: ");
        assertThat(run.err()).isEmpty();
    }

    private static void interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** Waits until the second thread of a check runs; its name is that which the system shows. */
    private static void waitForWorkers(Process process) throws Exception {
        Path tasks = Path.of("/proc/" + process.pid() + "/task");
        for (int i = 0; i < 1200; i++) {
            assertThat(process.isAlive()).isTrue();
            if (hasThread(tasks, "searches-1")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no worker was seen");
    }

    private static boolean hasThread(Path tasks, String name) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
            for (Path task : all) {
                if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                    return true;
                }
            }
        } catch (NoSuchFileException | DirectoryIteratorException threadHasEnded) {
            return false;
        }
        return false;
    }

    @Test
    void outputThatIsClosedEarlyIsAQuietEnd() throws IOException {
        Run run = Run.inShell("%s | head -n 1", "check", "final", "--universe", "u2");
        assertThat(run.out()).isEqualTo("final\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void outputThatIsFullIsOneMessage() throws IOException {
        Run.inShell("exec %s > /dev/full", "list").complains(Exit.USAGE, "cannot write the result");
    }

    @Test
    void fullFolderOfStoriesIsOneMessageAndNoHalfFile() throws IOException {
        Run run =
                Run.inShell(
                        "ulimit -f 0; exec %s",
                        "check",
                        "draft",
                        "--universe",
                        "u2-xpti-boot",
                        "--stories",
                        folder.toString());
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.USAGE);
        assertThat(run.err()).startsWith("shootdown: --stories: cannot write to ").hasLineCount(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList()).isEqualTo(List.of());
        }
    }

    @Test
    void colourIsForTerminalsOnly() throws IOException {
        Run run = Run.inShell("exec %s", "check", "none", "--universe", "u2");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).doesNotContain("\033");
    }
}
