package shootdown.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** QEMU's monitor, through its standard input and output. One command at a time. */
final class Qmp {
    /** What QEMU answers to a command: its words, or why it refused. */
    private record Answer(String text, boolean refused) {}

    private static final JsonFactory JSON = new JsonFactory();
    private static final Answer ENDED = new Answer("QEMU ended", true);

    private final OutputStream toQemu;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    Qmp(OutputStream toQemu, InputStream fromQemu) {
        this.toQemu = toQemu;
        Thread reader = new Thread(() -> read(fromQemu), "QEMU's monitor");
        reader.setDaemon(true);
        reader.start();
    }

    /** Gives a command of QMP itself. */
    String execute(String command, Duration limit) throws IOException {
        return send("{\"execute\":\"" + command + "\"}", command, limit);
    }

    /** Gives a command of the human monitor, which answers nothing when it succeeds. */
    void monitor(String line, Duration limit) throws IOException {
        String text =
                send(
                        "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\""
                                + line
                                + "\"}}",
                        line,
                        limit);
        if (!text.isBlank()) {
            throw new IOException(line + ": " + text.strip());
        }
    }

    private synchronized String send(String json, String name, Duration limit) throws IOException {
        toQemu.write((json + "\n").getBytes(UTF_8));
        toQemu.flush();
        try {
            Answer answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw new IOException(name + ": no answer in " + limit.toMillis() + " ms");
            }
            if (answer.refused) {
                throw new IOException(name + ": " + answer.text);
            }
            return answer.text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void read(InputStream fromQemu) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(fromQemu, UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                Answer answer = parse(line);
                if (answer != null) {
                    answers.add(answer);
                }
            }
        } catch (IOException | JacksonException e) {
            // No more answers.
        }
        answers.add(ENDED);
    }

    /** An answer, or null for what comes unasked: the greeting and events. */
    private static @Nullable Answer parse(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            String name;
            while ((name = json.nextName()) != null) {
                JsonToken value = json.nextToken();
                if (name.equals("return")) {
                    return new Answer(
                            value == JsonToken.VALUE_STRING ? json.getString() : "", false);
                }
                if (name.equals("error")) {
                    return new Answer(description(json), true);
                }
                json.skipChildren();
            }
            return null;
        }
    }

    private static String description(JsonParser error) {
        String name;
        while ((name = error.nextName()) != null) {
            error.nextToken();
            if (name.equals("desc")) {
                return error.getString();
            }
        }
        return "refused";
    }
}
