package shootdown.workload.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;

/** Recordings as texts of tests. */
final class Traces {
    private Traces() {}

    /** Reads a text, which messages call {@code t.csv}. */
    static TraceReader reader(String text, boolean lenient) {
        return TraceReader.of(
                "t.csv", new ByteArrayInputStream(text.getBytes(ISO_8859_1)), lenient);
    }

    /** What a text has. */
    static TraceSummary summary(String text) {
        return TraceSummary.of(reader(text, false));
    }

    /** What a file has. */
    static TraceSummary summary(Path file) {
        try (TraceReader reader = TraceReader.open(file)) {
            return TraceSummary.of(reader);
        }
    }
}
