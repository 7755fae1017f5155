package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import shootdown.engine.SearchFolder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options that let searches use a disk. */
final class DiskChoice {
    @Option(
            names = "--disk",
            paramLabel = "DIR",
            description = {
                "keep states in this folder, made if need be, and go on there when memory is full;"
                        + " a search that ends early, whatever the reason, can be resumed",
                "(docs/big-searches.md)"
            })
    private @Nullable Path path;

    @Option(
            names = "--resume",
            description =
                    "go on with the searches that the same command left in the folder of --disk;"
                            + " --threads, --memory and --max-states may differ")
    private boolean resume;

    @Option(
            names = "--checkpoint",
            paramLabel = "SECONDS",
            description =
                    "the time between checkpoints, the most that is lost when the process dies"
                            + " (default: ${DEFAULT-VALUE})")
    private int checkpoint = (int) SearchFolder.INTERVAL.toSeconds();

    /**
     * Opens the folder, if there is one.
     *
     * @param inputs the user's own files that say what is searched
     */
    @Nullable CheckFolder open(List<Path> inputs) {
        if (path == null) {
            if (resume) {
                throw new Complaint("--resume needs --disk, the folder to go on with");
            }
            return null;
        }
        if (checkpoint < 0) {
            throw new Complaint("--checkpoint must be at least 0, not " + checkpoint);
        }
        return CheckFolder.open(path, resume, Duration.ofSeconds(checkpoint), inputs);
    }
}
