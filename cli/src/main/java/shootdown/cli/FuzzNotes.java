package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import shootdown.fuzz.Notes;
import shootdown.fuzz.Shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file in which a campaign of walks notes how far it is; it is complete at any moment. */
final class FuzzNotes {
    private static final long NANOS_BETWEEN = 5_000_000_000L;

    private final Path file;
    private final OutputFolder folder;
    private final String author;
    private long written;
    private long hits;

    /**
     * @param policyFiles whose policies are walked: other ones walk differently
     */
    FuzzNotes(Path file, List<Path> policyFiles) {
        this.author =
                ProgramVersion.full()
                        + (policyFiles.isEmpty()
                                ? ""
                                : ", policy files " + Fingerprint.of(policyFiles));
        this.file = file.toAbsolutePath();
        if (Files.isDirectory(this.file)) {
            throw new Complaint("--resume takes a file, not a folder: " + file);
        }
        @Nullable Path parent = this.file.getParent();
        if (parent == null) {
            throw new Complaint("--resume takes a file, not " + file);
        }
        this.folder = OutputFolder.open("--resume", parent);
    }

    /** What the file has, or nothing done yet if there is no file. */
    Notes read(long seed, List<String> targets) {
        if (!Files.exists(file)) {
            return notes(seed, targets, 0, Shard.none(0));
        }
        Notes notes;
        try {
            notes = Notes.parse(Files.readString(file, UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Complaint(
                    "--resume: cannot go on with %s: %s".formatted(file, e.getMessage()));
        } catch (IOException e) {
            throw new Complaint("--resume: cannot read " + file);
        }
        if (!notes.author().equals(author)) {
            throw new Complaint(
                    "--resume: %s is of %s, which walks otherwise than this, %s"
                            .formatted(file, notes.author(), author));
        }
        if (notes.seed() != seed) {
            throw new Complaint(
                    "--resume: %s has seed %d, not %d".formatted(file, notes.seed(), seed));
        }
        if (!notes.targets().equals(targets)) {
            throw new Complaint(
                    "--resume: %s has other targets: %s"
                            .formatted(file, String.join(" ", notes.targets())));
        }
        return notes;
    }

    /** What is to be written. */
    Notes notes(long seed, List<String> targets, long nanos, Shard done) {
        return new Notes(author, seed, targets, nanos, done);
    }

    /** Not each time: a round may take less than writing. */
    void write(Notes notes) {
        boolean news = notes.done().hits().size() != hits;
        if (news || notes.nanos() - written > NANOS_BETWEEN) {
            writeNow(notes);
        }
    }

    void writeNow(Notes notes) {
        hits = notes.done().hits().size();
        written = notes.nanos();
        folder.write(String.valueOf(file.getFileName()), notes.text());
    }
}
