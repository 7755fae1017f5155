package shootdown.workload.trace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * A stream as lines of bytes. The line is a part of one buffer, valid until the next is asked for;
 * nothing is allocated for it.
 *
 * <p>Memory: {@value #BUFFER} bytes, whatever the stream has: a line longer than {@value #LONGEST}
 * is refused, and passed over without being kept.
 */
final class Lines {
    static final int LONGEST = 1 << 16;
    private static final int BUFFER = 1 << 18;

    private final String file;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];

    /** What was read and not yet given out is from {@code next} to {@code limit}. */
    private int next;

    private int limit;
    private boolean ended;
    private int start;
    private int end;
    private long number;

    Lines(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    byte[] bytes() {
        return buffer;
    }

    /** Where the line begins. */
    int start() {
        return start;
    }

    /** Behind the line's last byte, its line break excluded. */
    int end() {
        return end;
    }

    /** Of the line last given out or complained about; counts from 1. */
    long number() {
        return number;
    }

    /** Whether the stream begins so; only before the first line. */
    boolean beginsWith(byte[] text) {
        while (limit < text.length && !ended) {
            fill();
        }
        for (int i = 0; i < text.length; i++) {
            if (i >= limit || buffer[i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** The first bytes of the stream, for a message; only before the first line. */
    String beginning() {
        int line = 0;
        while (line < limit && buffer[line] != '\n') {
            line++;
        }
        return TraceException.shown(buffer, 0, line);
    }

    /** Whether there is nothing at all; only before the first line. */
    boolean isEmpty() {
        while (limit == 0 && !ended) {
            fill();
        }
        return limit == 0;
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one
     * @throws TraceException if the line is too long, or the stream ends within it; the one after
     *     it can be asked for
     */
    boolean next() {
        number++;
        int at = next;
        while (true) {
            int till = limit;
            while (at < till && buffer[at] != '\n') {
                at++;
            }
            if (at < till) {
                start = next;
                end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
                next = at + 1;
                return true;
            }
            if (ended) {
                return endOfStream();
            }
            if (at - next > LONGEST) {
                throw tooLong();
            }
            at -= next;
            fill();
        }
    }

    private boolean endOfStream() {
        if (next == limit) {
            number--;
            return false;
        }
        next = limit;
        throw complaint("cut short", "the file ends within this line; is it complete?");
    }

    private TraceException tooLong() {
        String beginning = TraceException.shown(buffer, next, limit);
        do {
            next = limit;
            fill();
            while (next < limit && buffer[next] != '\n') {
                next++;
            }
        } while (next == limit && !ended);
        next = Math.min(next + 1, limit);
        return complaint(
                "line too long",
                "longer than the %d bytes that a line may have; it begins %s"
                        .formatted(LONGEST, beginning));
    }

    /** Moves what is left to the front, so that {@code next} is 0, and reads on. */
    private void fill() {
        System.arraycopy(buffer, next, buffer, 0, limit - next);
        limit -= next;
        next = 0;
        try {
            int read = in.read(buffer, limit, buffer.length - limit);
            ended = read < 0;
            limit += Math.max(read, 0);
        } catch (IOException e) {
            ended = true;
            next = limit;
            throw broken(e);
        }
    }

    private TraceException broken(IOException e) {
        if (e instanceof EOFException) {
            return complaint("cut short", "the gzip stream ends within this line; is it complete?");
        }
        if (e instanceof ZipException) {
            return complaint("damaged", "the gzip stream is damaged (%s)".formatted(reason(e)));
        }
        return complaint("unreadable", "cannot be read: " + reason(e));
    }

    /** What Java says of it. */
    static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    TraceException complaint(String reason, String problem) {
        return TraceException.at(file, Math.max(number, 1), reason, problem);
    }
}
