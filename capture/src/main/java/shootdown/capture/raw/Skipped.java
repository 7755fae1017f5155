package shootdown.capture.raw;

import org.jspecify.annotations.Nullable;

/** What to do about a line or record that cannot be read: refuse the file, or count and go on. */
final class Skipped {
    private final boolean lenient;
    private long count;
    private @Nullable BadRecording first;

    Skipped(boolean lenient) {
        this.lenient = lenient;
    }

    void line(BadRecording problem) {
        if (!lenient) {
            throw problem;
        }
        count++;
        if (first == null) {
            first = problem;
        }
    }

    long count() {
        return count;
    }

    /** What was wrong with the first, or "". */
    String first() {
        return first == null ? "" : first.says();
    }
}
