package shootdown.workload.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads a recording, event by event.
 *
 * <pre>{@code
 * try (TraceReader reader = TraceReader.open(path)) {
 *     for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
 *         …
 *     }
 * }
 * }</pre>
 *
 * <p>Checks each line by itself; whether events can follow each other is for {@link OrderCheck}.
 *
 * <p>Memory does not grow with the recording. Millions of events a second on one core ({@code
 * TraceRate} in the benchmarks), of which unpacking takes about half. For one thread.
 */
public final class TraceReader implements AutoCloseable {
    /** What this reads. */
    public static final int VERSION = 1;

    private static final String MAGIC = "# shootdown-trace ";
    private static final int GZIP = 0x8b1f;
    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final Lines lines;
    private final boolean lenient;
    private final Skipped skipped = new Skipped();
    private final String name;
    private final TraceForm form;
    private final EventParser parser;

    private TraceReader(String file, InputStream in, boolean lenient) {
        this.in = in;
        this.lines = new Lines(file, in);
        this.lenient = lenient;
        String title = title(file, lines);
        this.form = title.endsWith(TraceForm.STOCK.suffix()) ? TraceForm.STOCK : TraceForm.FULL;
        this.name = title.substring(0, title.length() - form.suffix().length());
        this.parser = new EventParser(form, lines);
    }

    /**
     * Opens a file, gzip or plain, whatever its name.
     *
     * @throws TraceException if it cannot be read or is no recording
     */
    public static TraceReader open(Path path) {
        return open(path, false);
    }

    /**
     * Opens a file, gzip or plain, whatever its name.
     *
     * @param lenient leaves out and counts the lines that cannot be used, where otherwise the first
     *     one ends the reading
     * @throws TraceException if it cannot be read or is no recording
     */
    public static TraceReader open(Path path, boolean lenient) {
        String file = path.toString();
        if (Files.isDirectory(path)) {
            throw TraceException.about(file, "is a directory; name a recording in it");
        }
        try {
            return of(file, Files.newInputStream(path), lenient);
        } catch (NoSuchFileException e) {
            throw TraceException.about(file, "there is no such file");
        } catch (AccessDeniedException e) {
            throw TraceException.about(file, "may not be read");
        } catch (IOException e) {
            throw TraceException.about(file, "cannot be read: " + Lines.reason(e));
        }
    }

    /**
     * Reads from a stream, gzip or plain.
     *
     * @param file what messages call it
     * @throws TraceException if it cannot be read or is no recording
     */
    public static TraceReader of(String file, InputStream stream, boolean lenient) {
        InputStream in = stream;
        try {
            in = unpacked(stream);
            return new TraceReader(file, in, lenient);
        } catch (EOFException e) {
            close(in);
            throw TraceException.about(
                    file, "ends within the first bytes of gzip; is it complete?");
        } catch (IOException e) {
            close(in);
            throw TraceException.about(file, "cannot be read: " + Lines.reason(e));
        } catch (TraceException e) {
            close(in);
            throw e;
        }
    }

    private static InputStream unpacked(InputStream stream) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream, CHUNK);
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        return (second << 8 | first) == GZIP ? new GZIPInputStream(in, CHUNK) : in;
    }

    /** What the first line says after the version. */
    private static String title(String file, Lines lines) {
        if (lines.isEmpty()) {
            throw TraceException.about(file, "is empty");
        }
        if (!lines.beginsWith(MAGIC.getBytes(ISO_8859_1))) {
            throw TraceException.about(
                    file,
                    "is no recording: it begins %s, not '%s%d NAME'"
                            .formatted(lines.beginning(), MAGIC, VERSION));
        }
        lines.next();
        int from = lines.start() + MAGIC.length();
        String rest = new String(lines.bytes(), from, lines.end() - from, ISO_8859_1);
        String[] words = rest.split(" ", 2);
        if (!words[0].matches("[0-9]{1,9}") || Integer.parseInt(words[0]) < 1) {
            throw lines.complaint(
                    "version",
                    "expected a version after '%s', found '%.20s'".formatted(MAGIC, words[0]));
        }
        if (Integer.parseInt(words[0]) > VERSION) {
            throw lines.complaint(
                    "version",
                    "version %s of the format; this reads version %d".formatted(words[0], VERSION));
        }
        if (words.length < 2 || words[1].isBlank()) {
            throw lines.complaint("name", "expected the recording's name after the version");
        }
        return words[1];
    }

    /** The recording's, as its first line says. */
    public String name() {
        return name;
    }

    /** Who recorded. */
    public TraceForm form() {
        return form;
    }

    /** The line of the last event or complaint; counts from 1. */
    public long line() {
        return lines.number();
    }

    /** What was left out so far; nothing if the reading is not lenient. */
    public Skipped skipped() {
        return skipped;
    }

    /**
     * The next event, or null at the end.
     *
     * @throws TraceException if the line is wrong, and the reading is not lenient
     */
    public @Nullable TraceEvent next() {
        while (true) {
            try {
                if (!lines.next()) {
                    return null;
                }
                if (hasEvent()) {
                    return parser.parse();
                }
            } catch (TraceException e) {
                skip(e);
            }
        }
    }

    private boolean hasEvent() {
        return lines.start() < lines.end() && lines.bytes()[lines.start()] != '#';
    }

    /**
     * Refuses the event that was read last: counts it among the skipped, or ends the reading.
     *
     * @param reason the same for all lines of which the same is wrong
     * @param problem what is wrong with this one
     * @throws TraceException if the reading is not lenient
     */
    public void refuse(String reason, String problem) {
        skip(lines.complaint(reason, problem));
    }

    private void skip(TraceException problem) {
        if (!lenient) {
            throw problem;
        }
        skipped.add(problem);
    }

    @Override
    public void close() {
        close(in);
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
