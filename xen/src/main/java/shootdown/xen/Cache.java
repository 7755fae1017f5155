package shootdown.xen;

import static java.util.Comparator.comparingLong;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that are worth keeping between runs, by a name that says all that went into them. They come
 * into being whole or not at all, so any number of processes may share the folder. Without a folder
 * that can be written, nothing is kept.
 */
public final class Cache {
    /** The oldest are removed: a saved state has some 20 MB. */
    private static final int KEPT = 24;

    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    private final @Nullable Path folder;

    private Cache(@Nullable Path folder) {
        this.folder = folder;
    }

    /** The cache in a folder that the user chose, or in the usual one. */
    static Cache open(@Nullable Path chosen) {
        Path folder = chosen == null ? usual() : chosen;
        try {
            if (!Files.isDirectory(folder)) {
                Path parent = folder.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
            boolean ours =
                    Files.isWritable(folder)
                            && Files.getOwner(folder)
                                    .getName()
                                    .equals(System.getProperty("user.name"))
                            && Files.getPosixFilePermissions(folder).equals(PRIVATE);
            return new Cache(ours ? folder : null);
        } catch (IOException | UnsupportedOperationException e) {
            return new Cache(null);
        }
    }

    /** {@code $XDG_CACHE_HOME/shootdown} or {@code ~/.cache/shootdown}. */
    public static Path usual() {
        String cache = System.getenv("XDG_CACHE_HOME");
        return cache != null && cache.startsWith("/")
                ? Path.of(cache, "shootdown")
                : Path.of(System.getProperty("user.home"), ".cache", "shootdown");
    }

    Optional<Path> find(String name) {
        if (folder == null) {
            return Optional.empty();
        }
        Path file = folder.resolve(name);
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(file);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    /** Keeps a copy of a file; if that fails, the next run makes it again. */
    void keep(String name, Path file) {
        if (folder == null) {
            return;
        }
        try {
            Path copy = Files.createTempFile(folder, "new-", ".tmp");
            try {
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(copy);
            }
            prune(folder);
        } catch (IOException e) {
            // A cache may forget.
        }
    }

    void forget(String name) {
        try {
            if (folder != null) {
                Files.deleteIfExists(folder.resolve(name));
            }
        } catch (IOException e) {
            // Then it is there the next time too.
        }
    }

    private static void prune(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = new ArrayList<>(all.filter(Files::isRegularFile).toList());
        }
        files.sort(comparingLong((Path file) -> file.toFile().lastModified()).reversed());
        for (Path file : files.subList(Math.min(KEPT, files.size()), files.size())) {
            Files.deleteIfExists(file);
        }
    }
}
