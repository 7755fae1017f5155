package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code check --disk} on a file system that is full, or read-only. It is in memory and mounted
 * where nobody but the command sees it, so it takes no privileges.
 */
@EnabledIf(value = "canMount", disabledReason = "no private mounts: 'unshare -rm' is not allowed")
class SmallDiskTest {

    /** 47,700 states, all safe: half a megabyte. */
    private static final String[] QUESTION = {
        "check",
        "final",
        "--universe",
        "u8-user-l4-xpti-pcid-self",
        "--no-covering",
        "--no-symmetry",
        "--no-fusing"
    };

    /** A shell that may mount. */
    private static final String MOUNTING =
            "exec unshare --user --map-root-user --mount /bin/sh -s <<'END'\n%s\nEND\n";

    @TempDir private Path disk;

    static boolean canMount() throws IOException, InterruptedException {
        String mount = MOUNTING.formatted("mount -t tmpfs none /tmp");
        Process process = new ProcessBuilder("/bin/sh", "-c", mount).start();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void fullDiskIsInconclusiveAndGoesOnOnceThereIsSpace() throws IOException {
        Run run =
                mounting(
                        """
                        mount -t tmpfs -o size=512k none %2$s
                        %1$s --checkpoint 0
                        echo exit $?
                        mount -o remount,size=64m %2$s
                        %1$s --resume
                        code=$?; ls %2$s; exit $code
                        """);
        String[] parts = run.out().split("exit 3\n", -1);

        assertThat(parts).as(run.err() + run.out()).hasSize(2);
        assertThat(parts[0]).contains("1 cell: 0 safe, 0 broken, 1 inconclusive");
        assertThat(run.err())
                .containsPattern("--disk: [a-z0-9-]+: No space left on device")
                .contains("--resume goes on")
                .doesNotContain("\tat ");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        Run resumed = new Run(Exit.OK, parts[1], "");
        assertThat(resumed.unmeasured()).isEqualTo(Run.of(QUESTION).unmeasured());
    }

    @Test
    void readOnlyDiskIsOneMessage() throws IOException {
        Run run = mounting("mount -t tmpfs -o ro none %2$s; %1$s");

        run.complains(Exit.USAGE, "--disk: ", "Read-only file system");
        assertThat(run.err()).hasLineCount(1);
    }

    /** Runs a script in which {@code %1$s} is the command and {@code %2$s} its folder. */
    private Run mounting(String script) throws IOException {
        String folder = disk.toString();
        String shell = MOUNTING.formatted(script.replace("%2$s", "'" + folder + "'"));
        List<String> words = new ArrayList<>(Arrays.asList(QUESTION));
        words.addAll(List.of("--disk", disk.resolve("states").toString()));
        return Run.inShell(shell, words.toArray(String[]::new));
    }
}
