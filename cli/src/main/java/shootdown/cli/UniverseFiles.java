package shootdown.cli;

import picocli.CommandLine.Option;

import shootdown.checker.Universe;
import shootdown.checker.Universes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The option that brings universes of the user. */
final class UniverseFiles {
    @Option(
            names = "--universe-file",
            paramLabel = "F.scn",
            description =
                    "a universe of your own (docs/scenarios.md), instead of those that come with"
                            + " the product; may be repeated")
    private List<Path> files = new ArrayList<>();

    boolean isEmpty() {
        return files.isEmpty();
    }

    List<Path> paths() {
        return List.copyOf(files);
    }

    /** The options as somebody else types them, who has the files in his own folder. */
    List<String> words() {
        return files.stream()
                .flatMap(file -> Stream.of("--universe-file", String.valueOf(file.getFileName())))
                .toList();
    }

    /** The universes of the files. */
    List<Universe> load() {
        List<Universe> universes = new ArrayList<>();
        for (Path file : files) {
            Universe universe = ScenarioFiles.universe(file);
            boolean taken =
                    Universes.find(universe.name()).isPresent()
                            || universes.stream().anyMatch(u -> u.name().equals(universe.name()));
            if (taken) {
                throw new Complaint(
                        "%s: there is a universe '%s' already; name yours otherwise"
                                .formatted(file, universe.name()));
            }
            universes.add(universe);
        }
        return universes;
    }

    /** Those that the names mean and those of the files; the default ones for neither. */
    List<Universe> and(List<String> names) {
        if (isEmpty()) {
            return Lookup.universes(names);
        }
        List<Universe> universes =
                new ArrayList<>(names.isEmpty() ? List.of() : Lookup.universes(names));
        universes.addAll(load());
        return universes;
    }
}
