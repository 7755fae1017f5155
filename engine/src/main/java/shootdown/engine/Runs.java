package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The visited states that did not fit in memory, in sorted runs on disk.
 *
 * <p>They are not looked up one by one: the new states of a level, or of a part of it, wait in
 * {@link ExactStates} until all runs are read once, from end to end, and each of their states is
 * flagged there. Both are in the order of hashes, so memory is passed from end to end as well. Used
 * by one thread.
 */
final class Runs {

    /** So many runs are merged to one. */
    private static final int MOST = 12;

    private final Path folder;
    private List<SortedRun> runs = new ArrayList<>();
    private int next;

    Runs(Path folder) {
        this.folder = folder;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    List<SortedRun> all() {
        return List.copyOf(runs);
    }

    /** Takes over the runs of a checkpoint. */
    void open(Collection<DataFile.Extent> known) {
        for (DataFile.Extent file : known) {
            runs.add(new SortedRun(DataFile.open(folder, file)));
            next = Math.max(next, Integer.parseInt(file.name().substring("run-".length())) + 1);
        }
    }

    /** Writes all states to a new run. */
    void write(ExactStates states, int restWords) {
        SortedRun.Writer writer = writer(restWords);
        states.writeTo(writer);
        runs.add(writer.finish());
        if (runs.size() > MOST) {
            merge(restWords);
        }
    }

    /** Flags those of the states that are in a run. */
    void flag(ExactStates states, int restWords) {
        for (SortedRun run : runs) {
            SortedRun.Reader reader = new SortedRun.Reader(run, restWords);
            for (; reader.hasEntry(); reader.next()) {
                states.flag(reader.hash(), reader.rest);
            }
        }
    }

    /** Forgets all runs. Their files are deleted once no checkpoint needs them. */
    void clear() {
        runs.forEach(run -> run.file().close());
        runs = new ArrayList<>();
    }

    private SortedRun.Writer writer(int restWords) {
        return new SortedRun.Writer(folder, "run-" + next++, restWords);
    }

    /** Makes one run of all; a state that is in several comes out once. */
    private void merge(int restWords) {
        SortedRun.Writer writer = writer(restWords);
        List<SortedRun.Reader> readers = new ArrayList<>();
        for (SortedRun run : runs) {
            readers.add(new SortedRun.Reader(run, restWords));
        }
        for (SortedRun.Reader least = least(readers); least != null; least = least(readers)) {
            writer.append(least.hash(), least.rest, 0);
            skip(readers, least);
        }
        clear();
        runs.add(writer.finish());
    }

    private static SortedRun.@Nullable Reader least(List<SortedRun.Reader> readers) {
        SortedRun.Reader least = null;
        for (SortedRun.Reader reader : readers) {
            if (reader.hasEntry() && (least == null || reader.isBefore(least))) {
                least = reader;
            }
        }
        return least;
    }

    /** Passes over an entry wherever it is. */
    private static void skip(List<SortedRun.Reader> readers, SortedRun.Reader least) {
        for (SortedRun.Reader reader : readers) {
            if (reader != least && reader.hasEntry() && !least.isBefore(reader)) {
                reader.next();
            }
        }
        least.next();
    }
}
