package shootdown.capture.raw;

import java.nio.file.Path;

/** A raw recording that cannot be read. The message names file, place and what is wrong there. */
public final class BadRecording extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRecording(Path file, String problem) {
        super(file + ": " + problem);
    }

    static BadRecording inLine(Path file, long line, String problem) {
        return new BadRecording(file, "line " + line + ": " + problem);
    }

    static BadRecording atByte(Path file, long offset, String problem) {
        return new BadRecording(file, "byte 0x" + Long.toHexString(offset) + ": " + problem);
    }

    /** What to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }
}
