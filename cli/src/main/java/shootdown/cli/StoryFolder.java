package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.engine.SearchOptions;
import shootdown.report.CheckReport;
import shootdown.report.Result;
import shootdown.report.StoryText;
import shootdown.scenario.Scenarios;
import shootdown.scenario.StoryScenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder of stories, one file for each. A file has its name only when it is complete; a folder
 * that does not exist is made for the first one.
 */
final class StoryFolder {
    private final Path folder;

    private StoryFolder(Path folder) {
        this.folder = folder;
    }

    /** Finds out, before a long search, whether the folder can be written to. */
    static StoryFolder open(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new Complaint("--stories: not a folder: " + folder);
        }
        StoryFolder opened = new StoryFolder(folder);
        List<Path> missing = missing(folder);
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".shootdown", ".part"));
        } catch (IOException e) {
            throw opened.cannotWrite(folder, e);
        } finally {
            missing.forEach(StoryFolder::remove);
        }
        return opened;
    }

    /** What must be made for a folder to exist, the innermost first. */
    private static List<Path> missing(Path folder) {
        List<Path> missing = new ArrayList<>();
        for (@Nullable Path path = folder.toAbsolutePath();
                path != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
                path = path.getParent()) {
            missing.add(path);
        }
        return missing;
    }

    /** Tells and writes all that is broken. */
    void write(CheckReport report, CheckOptions options, Session session) {
        SearchOptions search = options.search().withCancelled(session.interruption()::isRequested);
        for (Result result : report.results()) {
            for (Property property : result.broken()) {
                if (session.interruption().isRequested()) {
                    return;
                }
                Optional<Story> story =
                        Storyteller.tell(
                                result.policy(),
                                result.universe(),
                                property,
                                options.withSearch(search));
                story.ifPresent(told -> write(told));
            }
        }
    }

    private void write(Story story) {
        String name =
                "%s.%s.%s.txt"
                        .formatted(
                                story.policy().name(), story.universe().name(), story.property());
        write(name, StoryText.page(story).text());
        if (!StoryScenario.isPossible(story)) {
            return;
        }
        String scenario = name.substring(0, name.length() - "txt".length()) + "scn";
        write(scenario, Scenarios.print(StoryScenario.of(story)));
    }

    private void write(String name, String text) {
        Path file = folder.resolve(name);
        Path part = folder.resolve("." + name + ".part");
        try {
            Files.createDirectories(folder);
            Files.write(part, text.getBytes(UTF_8));
            Files.move(
                    part,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            remove(part);
            throw cannotWrite(file, e);
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Out of reach: the message about it is already on its way. Or a folder in use now.
            path.toFile().deleteOnExit();
        }
    }

    private Complaint cannotWrite(Path file, IOException problem) {
        return new Complaint("--stories: cannot write to %s: %s".formatted(file, reason(problem)));
    }

    /** The reason without the name of the file, which Java puts before it, or in its place. */
    private static String reason(IOException problem) {
        return switch (problem) {
            case java.nio.file.AccessDeniedException e -> "permission denied";
            case java.nio.file.FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(problem.getMessage());
        };
    }
}
