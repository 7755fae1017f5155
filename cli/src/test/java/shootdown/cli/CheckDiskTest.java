package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code check --disk}: what is found is the same, whatever happens to the process. */
class CheckDiskTest {

    /** 50,000 states of 1.4 million. */
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
                    "50000");

    /** What is found without any disk. */
    private static final Run PLAIN = Run.of(words());

    @TempDir private Path temporary;

    @Test
    void searchOnDiskFindsTheSameAndLeavesNothing() throws IOException {
        assertSame("on disk", Run.of(words("--disk", folder())));

        Run.of("check", "final", "--universe", "u3", "--disk", folder() + "2");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("states");
        }
    }

    /** The first Ctrl-C ends the search and keeps it; the second ends the process at once. */
    @Test
    void interruptedSearchGoesOnAndSoDoesOneThatWasInterruptedTwice() throws Exception {
        String[] begin = words("--disk", folder(), "--checkpoint", "0");
        Run once = interrupted(begin, "kill -INT %d");
        assertThat(once.exit()).as(once.err()).isEqualTo(Exit.INTERRUPTED);
        assertThat(once.out()).contains("interrupted", "measured: ");
        assertThat(once.err()).contains("--resume goes on").doesNotContain("\tat ");

        String[] goOn = words("--disk", folder(), "--checkpoint", "0", "--resume");
        Run twice = interrupted(goOn, "while kill -INT %d; do :; done 2>/dev/null");
        assertThat(twice.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(twice.out()).isEmpty();
        assertThat(twice.err()).isEmpty();

        assertSame("resumed", Run.of(words("--disk", folder(), "--resume", "--threads", "2")));
    }

    /** Runs a command that a shell signals as soon as it has written a checkpoint. */
    private Run interrupted(String[] words, String shell) throws Exception {
        long before = manifest().lastModified();
        Process process = Run.start("exec env --default-signal=INT %s", words);
        while (process.isAlive() && manifest().lastModified() == before) {
            Thread.sleep(1);
        }
        String signal = shell.formatted(process.pid());
        new ProcessBuilder("/bin/sh", "-c", signal).start().waitFor();
        return Run.wait(process);
    }

    /**
     * {@code -Dkills=20} to be thorough. Only a kill that hits a search with a checkpoint counts.
     */
    @Test
    void killedProcessGoesOn() throws IOException, InterruptedException {
        int kills = Integer.getInteger("kills", 2);
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int hits = 0;
        for (int started = 0; hits < kills; started++) {
            assertThat(started).as("processes for %d kills", hits).isLessThan(20 * kills);
            Process process = Run.start("exec %s", words(onDisk("--checkpoint", "0")));
            int wait = 300 + random.nextInt(1200 + 100 * started);
            if (process.waitFor(wait, TimeUnit.MILLISECONDS)) {
                assertSame("seed " + seed, Run.wait(process));
                delete(Path.of(folder())); // it was faster
            } else {
                process.destroyForcibly().waitFor();
                hits += manifest().exists() ? 1 : 0;
            }
        }
        assertSame("seed " + seed, Run.of(words(onDisk())));
    }

    private static void assertSame(String what, Run run) {
        assertThat(run.exit()).as(what + run.err()).isEqualTo(PLAIN.exit());
        assertThat(run.unmeasured()).as(what).isEqualTo(PLAIN.unmeasured());
    }

    /** The options to search in the folder, from what is there. */
    private String[] onDisk(String... more) {
        List<String> options = new ArrayList<>(List.of("--disk", folder()));
        if (Files.isDirectory(Path.of(folder()))) {
            options.add("--resume");
        }
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
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
        String[] otherPolicy = words("--disk", folder(), "--resume");
        otherPolicy[1] = "final";
        Run.of(otherPolicy)
                .complains(Exit.USAGE, "at-exit.u4-smp-linear-3cpu is of a search that this");
        Run.of("check", "at-exit", "--universe", "u3", "--disk", folder(), "--resume")
                .complains(Exit.USAGE, "at-exit.u4-smp-linear-3cpu is of a search that this");
        Run.of(words("--disk", folder(), "--resume", "--max-states", "10"))
                .complains(Exit.USAGE, "more than the limit of 10");
        Path file = temporary.resolve("file");
        Files.writeString(file, "");
        Run.of(words("--disk", file.toString())).complains(Exit.USAGE, "not a folder");
        Run.of(words("--disk", "/proc/states")).complains(Exit.USAGE, "/proc/states");
    }

    @Test
    void checkpointOfAPolicyFileThatWasEditedIsRefused() throws IOException {
        Path file = temporary.resolve("Mine.java");
        String policy = Run.of("policy-template").out();
        Files.writeString(file, policy);
        String[] words = {
            "check",
            "--policy-file",
            file.toString(),
            "--universe",
            "u1-linear-uvm",
            "--max-states",
            "50",
            "--disk",
            folder(),
            "--resume"
        };
        String[] begin = Arrays.copyOf(words, words.length - 1);
        assertThat(Run.of(begin).exit()).isEqualTo(Exit.INCONCLUSIVE);
        Files.writeString(file, policy + "// changed\n");

        Run.of(words).complains(Exit.USAGE, "is of another search", "files ");
    }

    @Test
    void resumingWithoutACheckpointSaysSo() throws IOException {
        Files.createDirectory(Path.of(folder()));
        Run run = Run.of("check", "final", "--universe", "u3", "--disk", folder(), "--resume");

        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.err()).contains("there is no checkpoint in", "all begins anew");
    }

    private File manifest() {
        return Path.of(folder(), "at-exit.u4-smp-linear-3cpu", "manifest").toFile();
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
