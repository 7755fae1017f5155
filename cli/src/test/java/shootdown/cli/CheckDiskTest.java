package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code check --disk}: what is found is the same, whatever happens to the process. */
class CheckDiskTest {

    /** 100,000 states of 1.4 million. */
    private static final List<String> QUESTION =
            List.of(
                    "check",
                    "at-exit",
                    "--universe",
                    "u4-smp-linear-3cpu",
                    "--no-covering",
                    "--no-symmetry",
                    "--no-fusing",
                    "--max-states",
                    "100000");

    @TempDir private Path temporary;

    @Test
    void searchOnDiskFindsTheSameAndLeavesNothing() throws IOException {
        Run plain = Run.of(words());
        Run onDisk = Run.of(words("--disk", folder()));

        assertThat(onDisk.exit()).isEqualTo(plain.exit());
        assertThat(onDisk.unmeasured()).isEqualTo(plain.unmeasured());

        Run.of("check", "final", "--universe", "u3", "--disk", folder() + "2");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("states");
        }
    }

    @Test
    void interruptedSearchGoesOn() throws IOException {
        Run plain = Run.of(words());
        Interruption interruption = new Interruption();
        Thread user = new Thread(() -> interruptWhenThereIsACheckpoint(interruption));
        user.start();
        Run interrupted = Run.of(interruption, words("--disk", folder(), "--checkpoint", "0"));
        assertThat(interrupted.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(interrupted.err()).contains("--resume goes on");

        Run resumed = Run.of(words("--disk", folder(), "--resume", "--threads", "2"));
        assertThat(resumed.exit()).isEqualTo(plain.exit());
        assertThat(resumed.unmeasured()).isEqualTo(plain.unmeasured());
    }

    /** {@code -Dkills=20} to be thorough. */
    @Test
    void killedProcessGoesOn() throws IOException, InterruptedException {
        int kills = Integer.getInteger("kills", 2);
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Run plain = Run.of(words());
        for (int killed = 0; killed < kills; killed++) {
            String[] command =
                    killed == 0
                            ? words("--disk", folder(), "--checkpoint", "0")
                            : words("--disk", folder(), "--checkpoint", "0", "--resume");
            Process process = Run.start("exec %s", command);
            boolean ended = process.waitFor(300 + random.nextInt(1200), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            if (ended || !Files.isDirectory(Path.of(folder()))) {
                break; // it was faster, or had not begun
            }
        }
        boolean left = Files.isDirectory(Path.of(folder()));
        Run resumed = left ? Run.of(words("--disk", folder(), "--resume")) : plain;

        assertThat(resumed.exit()).as("seed " + seed).isEqualTo(plain.exit());
        assertThat(resumed.unmeasured()).as("seed " + seed).isEqualTo(plain.unmeasured());
    }

    /** The limit on the size of files stands for a full disk; the error is of the same kind. */
    @Test
    void fullDiskIsInconclusive() throws IOException {
        String[] words = words("--disk", folder());
        words[1] = "final"; // which is safe, so that nothing else decides
        Run run = Run.inShell("ulimit -f 500; exec %s", words);

        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("inconclusive");
        assertThat(run.err()).contains("--disk: keys-", "too large").doesNotContain("\tat ");
    }

    @Test
    void folderThatDoesNotFitIsAMessage() throws IOException {
        Run.of(words("--resume")).complains(Exit.USAGE, "--resume needs --disk");
        Run.of(words("--resume", "--disk", folder())).complains(Exit.USAGE, "there is no folder");
        assertThat(Run.of(words("--disk", folder())).err()).contains("--resume goes on");
        Run.of(words("--disk", folder())).complains(Exit.USAGE, "is not empty", "--resume");
        Run.of(words("--disk", folder(), "--resume", "--no-fusing", "--strict"))
                .complains(Exit.USAGE, "is of another search", "strict false");
        Run.of(words("--disk", folder(), "--resume", "--max-states", "10"))
                .complains(Exit.USAGE, "more than the limit of 10");
        Path file = temporary.resolve("file");
        Files.writeString(file, "");
        Run.of(words("--disk", file.toString())).complains(Exit.USAGE, "not a folder");
        Run.of(words("--disk", "/proc/states")).complains(Exit.USAGE, "/proc/states");
    }

    private void interruptWhenThereIsACheckpoint(Interruption interruption) {
        Path checkpoint = Path.of(folder(), "at-exit.u4-smp-linear-3cpu", "manifest");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(checkpoint) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        interruption.request();
    }

    private String folder() {
        return temporary.resolve("states").toString();
    }

    /** The question with more options; a later one wins. */
    private static String[] words(String... more) {
        List<String> words = new ArrayList<>(QUESTION);
        if (Arrays.asList(more).contains("--max-states")) {
            words = new ArrayList<>(words.subList(0, words.size() - 2));
        }
        List<String> others = Arrays.asList(more);
        words.removeIf(others::contains);
        words.addAll(others);
        return words.toArray(String[]::new);
    }
}
