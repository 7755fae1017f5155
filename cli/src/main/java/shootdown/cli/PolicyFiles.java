package shootdown.cli;

import picocli.CommandLine.Option;

import shootdown.policy.CatalogueEntry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The options that bring policies of the user. */
final class PolicyFiles {
    @Option(
            names = "--policy-file",
            paramLabel = "F.java",
            description =
                    "a policy of your own, compiled now; it is code that runs with your rights;"
                            + " may be repeated")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--policy-timeout",
            paramLabel = "SECONDS",
            description = "how long one call of your policy may take (default: ${DEFAULT-VALUE})")
    private int timeout = 10;

    List<Path> paths() {
        return List.copyOf(files);
    }

    /** The options as somebody else types them, who has the files in his own folder. */
    List<String> words() {
        return files.stream()
                .flatMap(file -> Stream.of("--policy-file", String.valueOf(file.getFileName())))
                .toList();
    }

    /** The policies of the files, each watched. Ends the process if one of them never returns. */
    List<CatalogueEntry> load(Console console) {
        if (files.isEmpty()) {
            return List.of();
        }
        if (timeout < 1) {
            throw new Complaint("--policy-timeout must be at least 1, not " + timeout);
        }
        // What a policy prints must not mix with results.
        System.setOut(System.err);
        Watchdog watchdog = new Watchdog(Duration.ofSeconds(timeout), console);
        List<CatalogueEntry> entries = new ArrayList<>();
        for (Path file : files) {
            CatalogueEntry entry = PolicyFile.load(file, watchdog);
            if (entries.stream().anyMatch(other -> other.name().equals(entry.name()))) {
                throw new Complaint(
                        "two policy files give the policy '%s'; rename a class"
                                .formatted(entry.name()));
            }
            entries.add(entry);
        }
        return entries;
    }
}
