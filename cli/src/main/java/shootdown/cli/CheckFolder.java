package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.engine.End;
import shootdown.engine.SearchFolder;
import shootdown.engine.SearchOptions;
import shootdown.engine.UnusableFolder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The folder of {@code check --disk}: a folder within for each search that is running, and for each
 * that ran long enough to have a checkpoint, until all have ended. May be used by several threads.
 */
final class CheckFolder {
    private final Path path;
    private final boolean resume;
    private final boolean made;
    private final Duration interval;
    private final String program = ProgramVersion.full();
    private final String inputs;
    private final Set<Path> kept = ConcurrentHashMap.newKeySet();
    private final Set<String> problems = ConcurrentHashMap.newKeySet();
    private volatile boolean coveringIsFull;

    private CheckFolder(
            Path path, boolean resume, boolean made, Duration interval, List<Path> inputs) {
        this.path = path;
        this.resume = resume;
        this.made = made;
        this.interval = interval;
        this.inputs = inputs.isEmpty() ? "" : ", files " + Fingerprint.of(inputs);
    }

    static CheckFolder open(Path path, boolean resume, Duration interval, List<Path> inputs) {
        boolean there = Files.isDirectory(path);
        if (resume && !there) {
            throw new Complaint("--resume: there is no folder " + path);
        }
        if (!resume && there && !isEmpty(path)) {
            throw new Complaint(
                    "--disk: %s is not empty; --resume goes on with what a check left there"
                            .formatted(path));
        }
        OutputFolder.open("--disk", path);
        return new CheckFolder(path, resume, !there || resume, interval, inputs);
    }

    /** Refuses to go on in a folder with checkpoints of others than the searches to be made. */
    void require(List<Cells.Task> tasks, Console console) {
        if (!resume) {
            return;
        }
        Set<Path> own = new HashSet<>();
        tasks.forEach(task -> own.add(folder(task)));
        List<Path> found = checkpoints();
        for (Path checkpoint : found) {
            if (!own.contains(checkpoint)) {
                throw new Complaint(
                        ("--resume: %s is of a search that this command does not make; go on with"
                                        + " what began it, or delete that folder")
                                .formatted(checkpoint));
            }
        }
        if (found.isEmpty()) {
            console.say(
                    "--resume: there is no checkpoint in %s, so all begins anew".formatted(path));
        }
    }

    private List<Path> checkpoints() {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(SearchFolder::isCheckpoint).sorted().toList();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private Path folder(Cells.Task task) {
        String name = task.policy().name() + "." + task.universe().name();
        return path.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_"));
    }

    /** Makes the search of a cell in a folder of its own. */
    Cell search(Cells.Task task, CheckOptions options, Function<CheckOptions, Cell> search) {
        Path own = folder(task);
        try (SearchFolder folder =
                SearchFolder.open(own, program, what(task, options), interval, true)) {
            Cell cell = search.apply(options.withSearch(options.search().withFolder(folder)));
            note(folder.problem(), cell, options.search());
            if (SearchFolder.isCheckpoint(own)) {
                kept.add(own);
            } else {
                folder.delete();
            }
            return cell;
        } catch (UnusableFolder unusable) {
            throw new Complaint("--disk: " + unusable.getMessage());
        }
    }

    private void note(@Nullable String problem, Cell cell, SearchOptions search) {
        if (problem != null) {
            problems.add(problem);
        }
        if (cell.end() == End.MEMORY_LIMIT && search.covering()) {
            coveringIsFull = true;
        }
    }

    /** What a checkpoint must be of. */
    private String what(Cells.Task task, CheckOptions options) {
        return "%s in %s, covering %s, symmetry %s, fusing %s, explicit %s, strict %s%s"
                .formatted(
                        task.policy().name(),
                        task.universe().name(),
                        options.search().covering(),
                        options.search().symmetry(),
                        options.fusing(),
                        options.explicit(),
                        options.strict(),
                        inputs);
    }

    /**
     * Ends the use of the folder: deletes all if nothing is left to do, and tells otherwise how to
     * go on.
     */
    void end(boolean complete, Console console) {
        for (String problem : problems) {
            console.say("--disk: %s (in %s)".formatted(problem, path));
        }
        if (coveringIsFull) {
            console.say(
                    "states that may cover one another are kept in memory: more --memory, or"
                            + " --no-covering, goes on");
        }
        try {
            if (complete) {
                for (Path own : kept) {
                    SearchFolder.open(own, program, "", interval, false).delete();
                }
                if (made && isEmpty(path)) {
                    Files.delete(path);
                }
            } else if (!kept.isEmpty()) {
                console.say("the same command with --resume goes on with what is in " + path);
            }
        } catch (IOException | UnusableFolder e) {
            console.say("--disk: cannot delete what is in " + path + ": " + e.getMessage());
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static Complaint unreadable(Path folder, IOException e) {
        return new Complaint("--disk: cannot read " + folder + ": " + e.getMessage());
    }
}
