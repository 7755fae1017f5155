package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of the command: its exit code and what it printed. */
record Run(int exit, String out, String err) {

    /** In this process. */
    static Run of(String... arguments) {
        return of(new Interruption(), arguments);
    }

    static Run of(Interruption interruption, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(out, new PrintStream(err, true, UTF_8), false, false);
        int exit = Shootdown.run(new Session(console, interruption), arguments);
        return new Run(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** In a process of its own, with the words of a shell around the command: {@code %s | head}. */
    static Run inShell(String shell, String... arguments) throws IOException {
        return wait(start(shell, arguments));
    }

    static Process start(String shell, String... arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("java.home") + "/bin/java");
        // No performance data: a file that a limit on files would make fail.
        words.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-cp"));
        words.add(System.getProperty("java.class.path"));
        words.add("shootdown.cli.Shootdown");
        words.addAll(List.of(arguments));
        String command = "'" + String.join("' '", words) + "'";
        return new ProcessBuilder("/bin/sh", "-c", shell.formatted(command)).start();
    }

    static Run wait(Process process) throws IOException {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it hangs").isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return new Run(process.exitValue(), out, err);
    }

    /** Nothing but one message, without a stack trace. */
    Run complains(int code, String... words) {
        assertThat(exit).as(err).isEqualTo(code);
        assertThat(out).isEmpty();
        assertThat(err).startsWith("shootdown: ").contains(words).doesNotContain("\tat ");
        return this;
    }

    /** The result without the line of measured values. */
    String unmeasured() {
        return out.replaceAll("(?m)^measured: .*\n", "");
    }
}
