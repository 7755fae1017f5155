package shootdown.workload.trace;

/** What is wrong with a recording, in one message with file, line and field. */
public final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 40;

    private final String reason;
    private final long line;

    private TraceException(String reason, long line, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.line = line;
    }

    /**
     * About a line.
     *
     * @param line counts from 1
     * @param reason what several lines may have in common, to count them by
     */
    public static TraceException at(String file, long line, String reason, String problem) {
        return new TraceException(reason, line, "%s: line %d: %s".formatted(file, line, problem));
    }

    /** About the file as a whole. */
    static TraceException about(String file, String problem) {
        return new TraceException(problem, 0, file + ": " + problem);
    }

    /** What to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }

    /** A few words without what is special about the line. */
    public String reason() {
        return reason;
    }

    /** Counts from 1; 0 if it is about the file as a whole. */
    public long line() {
        return line;
    }

    /** What was found, in quotes, printable and not longer than a message bears. */
    static String shown(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder("'");
        int length = to - from;
        int end = length <= SHOWN ? to : from + SHOWN - 1;
        for (int i = from; i < end; i++) {
            int b = bytes[i] & 0xff;
            text.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b) : "\\x%02x".formatted(b));
        }
        return text.append(length <= SHOWN ? "'" : "…'").toString();
    }
}
