package shootdown.report;

import shootdown.capture.raw.ImportReport;

import java.util.OptionalInt;

/**
 * A recording that was made.
 *
 * @param code what the recorded workload returned, if it was recorded here
 * @param withXen whether xentrace's file was there
 */
public record Recording(
        String name, String file, OptionalInt code, ImportReport report, boolean withXen) {}
