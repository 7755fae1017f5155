package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that run real Xen, and what is left of them when they end in one way or another. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DriverProcessTest {
    @TempDir private Path cache;
    @TempDir private Path folder;

    /** Runs Xen for ever, and says the number of its QEMU. */
    static final class Driver {
        private Driver() {}

        public static void main(String[] args) throws InterruptedException {
            XenOptions options =
                    XenOptions.DEFAULT
                            .withCacheFolder(Path.of(args[0]))
                            .withTemporaryFolder(Path.of(args[1]));
            try (XenInstance xen = XenInstance.start(options)) {
                System.out.println(xen.qemu().pid());
                while (true) {
                    xen.run(to -> to.nothing(0));
                    Thread.sleep(1);
                }
            } catch (XenException e) {
                System.out.println(e.says());
            }
        }
    }

    private Process driver(String... before) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command =
                String.join(
                        " ",
                        List.of(
                                String.join(" ", before),
                                // What runs in the background ignores SIGINT, and so would this.
                                "exec env --default-signal=INT",
                                java,
                                "-cp",
                                "'" + System.getProperty("java.class.path") + "'",
                                Driver.class.getName().replace("$", "\\$"),
                                "'" + cache.resolve("cache") + "'",
                                "'" + folder + "'"));
        return new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    }

    private static String firstLine(Process process) throws IOException {
        // Not closed: closing it would close the pipe under a process that still writes.
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        return String.valueOf(lines.readLine());
    }

    private static ProcessHandle qemu(String number) {
        ProcessHandle qemu = ProcessHandle.of(Long.parseLong(number)).orElseThrow();
        assertThat(qemu.info().command().orElse("")).contains("qemu");
        return qemu;
    }

    @Test
    void killedDriverLeavesNeitherQemuNorFile() throws Exception {
        Process driver = driver();
        ProcessHandle qemu = qemu(firstLine(driver));
        driver.destroyForcibly().waitFor();
        qemu.onExit().get();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void interruptedDriverLeavesNeitherQemuNorFile() throws Exception {
        Process driver = driver();
        ProcessHandle qemu = qemu(firstLine(driver));
        new ProcessBuilder("kill", "-INT", String.valueOf(driver.pid())).start().waitFor();
        assertThat(driver.waitFor()).isEqualTo(130);
        assertThat(qemu.isAlive()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void fullDiskIsOneMessageAndNothingIsLeft() throws Exception {
        // Files of at most 8 MiB stand for a disk that is full: the memory does not fit.
        Process driver = driver("ulimit -f 16384;");
        String said = new String(driver.getInputStream().readAllBytes(), UTF_8);
        assertThat(said.strip())
                .isEqualTo(
                        "not enough room in "
                                + folder
                                + ": the machine's memory and saved state take 192 MiB;"
                                + " SHOOTDOWN_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER names another"
                                + " folder");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void twoDriversRunAtOnce() throws Exception {
        Process first = driver();
        Process second = driver();
        ProcessHandle firstQemu = qemu(firstLine(first));
        ProcessHandle secondQemu = qemu(firstLine(second));
        assertThat(firstQemu.pid()).isNotEqualTo(secondQemu.pid());
        first.destroy();
        first.waitFor();
        assertThat(secondQemu.isAlive()).isTrue();
        second.destroy();
        second.waitFor();
        assertThat(firstQemu.isAlive()).isFalse();
        assertThat(secondQemu.isAlive()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }
}
