package shootdown.xen;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder that only this user can read, for the files of one machine. Its name tells the process
 * that made it, so that what a killed process left is removed by the next one.
 *
 * @param path the folder
 */
public record PrivateFolder(Path path) implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Pattern NAME = Pattern.compile("shootdown-xen-([0-9]+)-.*");

    /**
     * Makes a folder where there is room.
     *
     * @param chosen where to make it, if the user says so; else in memory if there is room, or in
     *     Java's temporary folder
     * @throws CannotRun if there is no room, or no permission
     */
    public static PrivateFolder create(Optional<Path> chosen, long bytes) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path parent =
                chosen.orElseGet(() -> hasRoom(SHARED_MEMORY, bytes) ? SHARED_MEMORY : temporary);
        if (!Files.isDirectory(parent)) {
            throw new CannotRun("the temporary folder is not a folder: " + parent);
        }
        if (!Files.isWritable(parent)) {
            throw new CannotRun("no permission to write to the temporary folder " + parent);
        }
        if (!hasRoom(parent, bytes)) {
            throw noRoom(parent, bytes);
        }
        removeLeftovers(parent);
        try {
            String prefix = "shootdown-xen-" + ProcessHandle.current().pid() + "-";
            return new PrivateFolder(
                    Files.createTempDirectory(
                            parent,
                            prefix,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException e) {
            throw new CannotRun("cannot make a folder in " + parent + ": " + e.getMessage());
        }
    }

    static CannotRun noRoom(Path folder, long bytes) {
        return new CannotRun(
                "not enough room in "
                        + folder
                        + ": the machine's memory and saved state take "
                        + (bytes >> 20)
                        + " MiB; SHOOTDOWN_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER names another"
                        + " folder");
    }

    private static boolean hasRoom(Path folder, long bytes) {
        try {
            return Files.isWritable(folder) && Files.getFileStore(folder).getUsableSpace() >= bytes;
        } catch (IOException e) {
            return false;
        }
    }

    /** Folders whose process is gone: it was killed, and could not remove them. */
    private static void removeLeftovers(Path parent) {
        try (Stream<Path> files = Files.list(parent)) {
            files.filter(PrivateFolder::isLeftover).forEach(PrivateFolder::delete);
        } catch (IOException unreadable) {
            // Then nothing can be found there.
        }
    }

    private static boolean isLeftover(Path folder) {
        Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
        return name.matches()
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.isWritable(folder)
                && name.group(1).length() < 10
                && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    /** Where a file of this folder is. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Removes the folder and all in it. Files that are still open live on without a name. */
    @Override
    public void close() {
        delete(path);
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, DELETE);
        } catch (IOException e) {
            // Somebody else removed it, or will.
        }
    }

    private static final SimpleFileVisitor<Path> DELETE =
            new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                        throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path folder, @Nullable IOException problem) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            };
}
