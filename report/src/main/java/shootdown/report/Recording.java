package shootdown.report;

import shootdown.capture.raw.ImportReport;
import shootdown.workload.trace.TraceReader;
import shootdown.workload.trace.TraceSummary;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A recording that was made.
 *
 * @param code what the recorded workload returned, if it was recorded here
 * @param report what was counted while it was made
 * @param withXen whether xentrace's file was there
 * @param summary what is in it now
 */
public record Recording(
        String name,
        Path file,
        OptionalInt code,
        ImportReport report,
        boolean withXen,
        TraceSummary summary) {

    /** Reads the file once more. */
    public static Recording read(
            String name, Path file, OptionalInt code, ImportReport report, boolean withXen) {
        try (TraceReader reader = TraceReader.open(file)) {
            return new Recording(name, file, code, report, withXen, TraceSummary.of(reader));
        }
    }
}
