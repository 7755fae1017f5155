package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code shootdown} command, in a process of its own, as a user runs it. */
record Command(int exit, String out) {
    static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));

    /** What it prints, errors too. */
    static Command run(String... arguments) {
        try {
            Process process = start(arguments).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Command(process.waitFor(), out);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static ProcessBuilder start(String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("java.home") + "/bin/java");
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        words.add(System.getProperty("java.class.path"));
        words.add("shootdown.cli.Shootdown");
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words);
    }

    Command exitsWith(int code) {
        assertThat(exit).as(out).isEqualTo(code);
        return this;
    }
}
