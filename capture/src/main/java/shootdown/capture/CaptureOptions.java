package shootdown.capture;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is recorded, and how.
 *
 * @param workloads those that come along
 * @param program the user's own, recorded last; or null
 * @param arguments its arguments, words without blanks
 * @param out the folder for the recordings
 * @param raw whether the raw recordings are kept beside them
 * @param patience how long the machine may say nothing
 * @param installed where packages are installed: {@code /}
 * @param cache the cache of packages; null is the usual one
 */
public record CaptureOptions(
        List<Workload> workloads,
        @Nullable StaticProgram program,
        List<String> arguments,
        Path out,
        boolean raw,
        Duration patience,
        Path installed,
        @Nullable Path cache) {
    public CaptureOptions {
        workloads = List.copyOf(workloads);
        arguments = List.copyOf(arguments);
    }

    /** How many recordings it will be. */
    public int count() {
        return workloads.size() + (program == null ? 0 : 1);
    }
}
