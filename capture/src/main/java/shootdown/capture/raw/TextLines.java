package shootdown.capture.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The lines of a text file, plain or gzip, one at a time and none longer than a limit. */
final class TextLines implements Closeable {
    private static final int LONGEST = 1 << 14;
    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK];
    private final byte[] line = new byte[LONGEST];
    private int at;
    private int end;
    private long number;

    private TextLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static TextLines open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadRecording(file, "it is a folder");
        }
        if (!Files.exists(file)) {
            throw new BadRecording(file, "there is no such file");
        }
        InputStream raw = Files.newInputStream(file);
        try (InputStream peek = Files.newInputStream(file)) {
            byte[] head = peek.readNBytes(2);
            boolean packed = head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
            return new TextLines(file, packed ? new GZIPInputStream(raw, CHUNK) : raw);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** The next line without its end, or null. */
    @Nullable String next() throws IOException {
        int length = 0;
        while (true) {
            if (at == end && !fill()) {
                if (length == 0) {
                    return null;
                }
                break;
            }
            byte letter = chunk[at++];
            if (letter == '\n') {
                break;
            }
            if (length == LONGEST) {
                throw BadRecording.inLine(
                        file, number + 1, "longer than " + LONGEST + " bytes: not a trace");
            }
            line[length++] = letter;
        }
        number++;
        return new String(line, 0, length, ISO_8859_1);
    }

    private boolean fill() throws IOException {
        try {
            end = Math.max(0, in.read(chunk));
        } catch (EOFException | ZipException damaged) {
            throw BadRecording.inLine(
                    file, number + 1, "the gzip data ends early or is damaged behind this line");
        }
        at = 0;
        return end > 0;
    }

    Path file() {
        return file;
    }

    /** The number of the line that {@link #next} returned last, from 1. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
