package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import shootdown.checker.Universe;
import shootdown.scenario.Document;
import shootdown.scenario.Runner;
import shootdown.scenario.Scenario;
import shootdown.scenario.ScenarioError;
import shootdown.scenario.Scenarios;
import shootdown.scenario.UniverseFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of the scenario language that a user names. */
final class ScenarioFiles {
    private static final String ENDING = ".scn";

    private ScenarioFiles() {}

    /** A scenario and what the user calls it. */
    record Found(String name, Scenario scenario) {}

    /** The scenarios of these files, and of those in these folders. */
    static List<Found> scenarios(List<Path> paths) {
        List<Found> found = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : Files.isDirectory(path) ? inFolder(path) : List.of(path)) {
                switch (read(file)) {
                    case Scenario scenario -> found.add(new Found(file.toString(), scenario));
                    case UniverseFile universe ->
                            throw new Complaint(
                                    file
                                            + ": this is a universe; 'check', 'explain' and 'diff'"
                                            + " take it with --universe-file");
                }
            }
        }
        return found;
    }

    /** The universe in a file. */
    static Universe universe(Path file) {
        return switch (read(file)) {
            case UniverseFile universe -> Runner.universe(universe);
            case Scenario scenario ->
                    throw new Complaint(
                            file + ": this is a scenario, not a universe; 'run' takes it");
        };
    }

    static void write(Path file, Scenario scenario) {
        try {
            Files.write(file, Scenarios.print(scenario).getBytes(UTF_8));
        } catch (IOException e) {
            throw new Complaint("cannot write the scenario " + file + ": " + e);
        }
    }

    private static Document read(Path file) {
        try {
            return Scenarios.read(file);
        } catch (ScenarioError e) {
            throw new Complaint(e.says());
        }
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files =
                    all.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
            if (files.isEmpty()) {
                throw new Complaint(folder + ": no file in this folder ends with " + ENDING);
            }
            return files;
        } catch (IOException e) {
            throw new Complaint("cannot read the folder " + folder + ": " + e.getMessage());
        }
    }
}
