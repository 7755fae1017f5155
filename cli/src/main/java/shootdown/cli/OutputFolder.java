package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that an option names for results. A file has its name only when it is complete; a folder
 * that does not exist is made for the first one. May be used by several threads.
 *
 * @param option as in {@code --stories}
 */
record OutputFolder(String option, Path path) {

    /** Finds out, before a long search, whether the folder can be written to. */
    static OutputFolder open(String option, Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new Complaint(option + ": not a folder: " + path);
        }
        OutputFolder opened = new OutputFolder(option, path);
        List<Path> missing = missing(path);
        try {
            Files.createDirectories(path);
            Files.delete(Files.createTempFile(path, ".shootdown", ".part"));
        } catch (IOException e) {
            throw opened.cannotWrite(path, e);
        } finally {
            missing.forEach(OutputFolder::remove);
        }
        return opened;
    }

    /** Writes a file, in a folder within if its name has one. */
    void write(String name, String text) {
        Path file = path.resolve(name);
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.createDirectories(part.toAbsolutePath().getParent());
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

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Out of reach: the message about it is already on its way. Or a folder in use now.
            path.toFile().deleteOnExit();
        }
    }

    Complaint cannotWrite(Path file, IOException problem) {
        return new Complaint("%s: cannot write to %s: %s".formatted(option, file, reason(problem)));
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
