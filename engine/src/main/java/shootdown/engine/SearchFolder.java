package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder for one search: what outgrows memory goes there, and from time to time all that is
 * needed to go on after the process has died, at whatever moment.
 *
 * <p>Holds the states in the order of discovery, the contents of blocks, sorted runs of visited
 * states ({@link Runs}), and a {@link Manifest} that says how much of each is valid. A lock keeps
 * other processes out. Used by one search at a time, by its own thread.
 */
public final class SearchFolder implements AutoCloseable {

    /** Changes when older checkpoints cannot be read any more. */
    static final String FORMAT = "1";

    /** How often a checkpoint is written, if there is not much else to do. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final String LOCK = "lock";
    private static final Pattern OURS =
            Pattern.compile("(manifest(\\.next)?|contents|parents|keys-[0-9]+|run-[0-9]+)");

    /** Whether a file of this name may be one of a search: nothing else is ever opened. */
    static boolean isOurs(String name) {
        return OURS.matcher(name).matches();
    }

    private final Path folder;
    private final String program;
    private final String search;
    private final long intervalNanos;
    private final FileChannel lockChannel;
    private final @Nullable Manifest found;
    private @Nullable String problem;

    private SearchFolder(
            Path folder, String program, String search, Duration interval, boolean resume) {
        this.folder = folder;
        this.program = program;
        this.search = search;
        intervalNanos = interval.toNanos();
        lockChannel = lock(folder);
        boolean ready = false;
        try {
            found = resume && isCheckpoint(folder) ? checked(Manifest.read(folder)) : null;
            ready = true;
        } catch (DiskFailure failure) {
            throw new UnusableFolder(folder + " cannot be read: " + failure.getMessage());
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /**
     * Opens a folder, which is made if need be.
     *
     * @param program the program's version; a checkpoint of another one is refused
     * @param search what is searched and how, as far as it must not differ when the search goes on
     * @param interval the time between checkpoints
     * @param resume whether to go on with a checkpoint that is there; if not, it is overwritten
     * @throws UnusableFolder if the folder or its checkpoint cannot be used
     */
    public static SearchFolder open(
            Path folder, String program, String search, Duration interval, boolean resume) {
        return new SearchFolder(folder, program, search, interval, resume);
    }

    /** Whether a folder holds a checkpoint. */
    public static boolean isCheckpoint(Path folder) {
        return Files.exists(folder.resolve(Manifest.NAME));
    }

    /** Whether a search in this folder goes on with a checkpoint. */
    public boolean isResumed() {
        return found != null;
    }

    /** Why the search had to end, if the folder was the reason. */
    public @Nullable String problem() {
        return problem;
    }

    /** Lets others use the folder. */
    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException failure) {
            throw new UnusableFolder(folder + " cannot be closed: " + failure.getMessage());
        }
    }

    /** Deletes what a search left, and the folder if nothing else is there. Closes it. */
    public void delete() {
        try {
            keepOnly(Set.of());
            close();
            Files.deleteIfExists(folder.resolve(LOCK));
            try (Stream<Path> others = Files.list(folder)) {
                if (others.findAny().isEmpty()) {
                    Files.delete(folder);
                }
            }
        } catch (IOException | DiskFailure failure) {
            throw new UnusableFolder(folder + " cannot be deleted: " + failure.getMessage());
        }
    }

    Path path() {
        return folder;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    void problem(String reason) {
        problem = reason;
    }

    /** The checkpoint to go on with. */
    @Nullable Manifest checkpoint() {
        return found;
    }

    /** Completes a manifest and makes it the folder's. Then deletes files that it does not name. */
    void write(Manifest manifest, Set<String> files) {
        manifest.put("format", FORMAT);
        manifest.put("program", program);
        manifest.put("search", search);
        manifest.write(folder);
        keepOnly(files);
    }

    /** Deletes all files of searches but the manifest and some others. */
    void keepOnly(Set<String> files) {
        try {
            List<Path> there;
            try (Stream<Path> all = Files.list(folder)) {
                there = all.toList();
            }
            for (Path file : there) {
                String name = String.valueOf(file.getFileName());
                boolean kept =
                        files.contains(name) || (name.equals(Manifest.NAME) && !files.isEmpty());
                if (OURS.matcher(name).matches() && !kept) {
                    Files.delete(file);
                }
            }
        } catch (IOException failure) {
            throw new DiskFailure(String.valueOf(folder), failure);
        }
    }

    private Manifest checked(Manifest manifest) {
        require(manifest, "format", FORMAT, "was written in format");
        require(manifest, "program", program, "is of program");
        require(manifest, "search", search, "is of another search:");
        return manifest;
    }

    private void require(Manifest manifest, String name, String expected, String otherwise) {
        String actual = manifest.text(name);
        if (!actual.equals(expected)) {
            throw new UnusableFolder(
                    "the checkpoint in %s %s %s, not %s; go on with what wrote it, or delete the folder"
                            .formatted(folder, otherwise, actual, expected));
        }
    }

    private static FileChannel lock(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new UnusableFolder(folder + " is in use by another search");
            }
            return channel;
        } catch (AccessDeniedException denied) {
            throw new UnusableFolder(folder + " cannot be written: permission denied");
        } catch (IOException failure) {
            throw new UnusableFolder(folder + " cannot be used: " + failure.getMessage());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }
}
