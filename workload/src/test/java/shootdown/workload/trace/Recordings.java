package shootdown.workload.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The recordings of real workloads, in {@code traces/}. */
public final class Recordings {
    private static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."), "traces");

    private Recordings() {}

    /** One recording with the extra trace points. */
    public static Path full(String workload) {
        return ROOT.resolve("full").resolve(workload + ".csv.gz");
    }

    /** One recording of unmodified packages. */
    public static Path stock(String workload) {
        return ROOT.resolve("stock").resolve(workload + ".csv.gz");
    }

    /** All with the extra trace points. */
    static Stream<Path> full() {
        return in("full");
    }

    /** All of unmodified packages. */
    static Stream<Path> stock() {
        return in("stock");
    }

    /** All. */
    static Stream<Path> all() {
        return Stream.concat(full(), stock());
    }

    private static Stream<Path> in(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".csv.gz")).sorted().toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("no recordings in " + ROOT.resolve(folder));
            }
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
