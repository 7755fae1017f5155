package shootdown.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of a {@link Store} that is in a {@link SearchFolder}.
 *
 * <p><b>Overview.</b> The log of states is written as it grows. Every few seconds the blocks'
 * contents and a manifest follow: a checkpoint. When memory is full, the visited states go to a
 * sorted run ({@link Runs}) and memory begins anew; from then on a state that is not in memory only
 * <em>may</em> be new. Such states are appended to the log all the same, in their order; at the end
 * of the level, or earlier if memory is full, {@link #sift} reads all runs once and takes those out
 * that are in one. What is left is numbered as if it had been known at once, so all results are
 * those of a search in memory.
 *
 * <p>Nothing here is undone: a search that fails in the middle of a round goes back to its last
 * {@link Standing} and comes here again. Used by one thread, while nobody reads the store.
 */
final class Disk {

    private final SearchFolder folder;
    private final Store store;
    private final MemoryBudget budget;
    private final Runs runs;
    private final int[] contentsWritten;
    private final DataFile contents;

    /** The number of states that are in runs. */
    private int spilled;

    private long saved = System.nanoTime();

    private Disk(SearchFolder folder, Store store, MemoryBudget budget, DataFile contents) {
        this.folder = folder;
        this.store = store;
        this.budget = budget;
        this.contents = contents;
        runs = new Runs(folder.path());
        contentsWritten = new int[store.blocks().count()];
    }

    /** Begins a search in a folder. */
    static Disk begin(SearchFolder folder, Store store, MemoryBudget budget) {
        folder.keepOnly(Set.of());
        store.log().create(folder.path());
        return new Disk(folder, store, budget, DataFile.create(folder.path(), "contents"));
    }

    /** Whether states that are not in memory may have been visited. */
    boolean isSpilled() {
        return !runs.isEmpty();
    }

    /** Whether visited states can go to disk: not if they may cover one another. */
    boolean canSpill() {
        return store.visited() instanceof ExactStates;
    }

    /** Whether there is little memory left. */
    boolean isFull() {
        return budget.isNearlyUsed();
    }

    /** Takes those of the states from {@code from} on out of the log that were visited before. */
    void sift(int from, Findings findings) {
        ExactStates states = exact();
        runs.flag(states, restWords());
        StateLog log = store.log();
        Findings.Shift shift = findings.shift(from);
        log.keep(
                from,
                state -> {
                    boolean kept = !states.isFlagged(log.keyArray(state), log.keyOffset(state));
                    if (!kept) {
                        shift.removed(state);
                    }
                    return kept;
                });
        shift.apply();
    }

    /** Moves the visited states to a run. Those in memory must be in the log. */
    void spill() {
        runs.write(exact(), restWords());
        exact().clear();
        spilled = store.log().size();
    }

    /** The same, but memory may hold what is not in the log; throws if states cover one another. */
    void spillLog() {
        exact(); // else it is no use to have all states in memory anew
        refill();
        if (exact().size() > 0) {
            spill();
        }
    }

    /** Lays out keys anew. */
    void widen() {
        store.log().write();
        store.visited().clear();
        store.relayout();
        runs.clear();
        spilled = 0;
        refill();
    }

    /** Has the states of the log in memory that are not in runs; more go to runs. */
    private void refill() {
        StateLog log = store.log();
        if (!(store.visited() instanceof ExactStates states)) {
            store.visited().rebuild(store.layout(), log);
            return;
        }
        states.clear(store.layout());
        for (int state = spilled; state < log.size(); state++) {
            try {
                log.hold(state, 1);
                states.add(log, state);
            } catch (MemoryExhausted exhausted) {
                if (states.size() == 0) {
                    throw exhausted;
                }
                runs.write(states, restWords());
                states.clear();
                spilled = state--;
            }
        }
    }

    /** Whether there is a checkpoint. */
    boolean hasSaved() {
        return SearchFolder.isCheckpoint(folder.path());
    }

    /** Whether it is time for a checkpoint. */
    boolean isDue() {
        return System.nanoTime() - saved >= folder.intervalNanos();
    }

    /** Writes a checkpoint of a search that stands so; the log must have no more states. */
    void save(Standing standing, long[] frontiers) {
        StateLog log = store.log();
        log.write();
        writeContents();
        Manifest manifest = new Manifest();
        manifest.put("system", store.signature());
        manifest.put("layout", store.layoutCounts());
        manifest.put("states", standing.states());
        manifest.put("explored", standing.explored());
        manifest.put("levelEnd", standing.levelEnd());
        manifest.put("frontiers", Arrays.copyOf(frontiers, standing.levels()));
        manifest.put("transitions", standing.transitions());
        manifest.put("counters", standing.counters());
        standing.findings().save(manifest);
        manifest.put("spilled", spilled);
        contents.force();
        List<DataFile.Extent> files = new ArrayList<>(List.of(contents.extent()));
        files.addAll(log.force());
        manifest.put("files", files);
        List<DataFile.Extent> runFiles =
                runs.all().stream().map(run -> run.file().extent()).toList();
        manifest.put("runs", runFiles);
        Set<String> names = new HashSet<>();
        files.forEach(file -> names.add(file.name()));
        runFiles.forEach(file -> names.add(file.name()));
        folder.write(manifest, names);
        saved = System.nanoTime();
    }

    /**
     * Goes on with a checkpoint. Its checksum was right, but somebody else may have made it: what
     * cannot be understood is refused.
     */
    static Disk open(SearchFolder folder, Manifest manifest, Store store, MemoryBudget budget) {
        try {
            return goOn(folder, manifest, store, budget);
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | NegativeArraySizeException e) {
            throw new UnusableFolder(
                    "the checkpoint in %s is damaged (%s); delete the folder and begin anew"
                            .formatted(folder.path(), e.getMessage()));
        }
    }

    private static Disk goOn(
            SearchFolder folder, Manifest manifest, Store store, MemoryBudget budget) {
        if (!Arrays.equals(manifest.ints("system"), store.signature())) {
            throw new UnusableFolder(
                    "the checkpoint in %s is of another system; delete the folder and begin anew"
                            .formatted(folder.path()));
        }
        List<DataFile.Extent> files = manifest.files("files");
        DataFile contents = DataFile.open(folder.path(), files.get(0));
        Disk disk = new Disk(folder, store, budget, contents);
        disk.readContents();
        store.layout(manifest.ints("layout"));
        int words = store.layout().words();
        store.log()
                .open(folder.path(), words, (int) manifest.number("states"), files.subList(1, 3));
        disk.runs.open(manifest.files("runs"));
        disk.spilled = (int) manifest.number("spilled");
        if (manifest.number("explored") < manifest.number("states")) {
            disk.refill();
        }
        return disk;
    }

    void close() {
        store.log().close();
        contents.close();
        runs.clear();
    }

    private void writeContents() {
        Blocks blocks = store.blocks();
        for (int b = 0; b < contentsWritten.length; b++) {
            BlockTable table = blocks.table(b);
            long[] content = new long[blocks.offset(b + 1) - blocks.offset(b)];
            contents.appendShort(table.count() - contentsWritten[b]);
            while (contentsWritten[b] < table.count()) {
                table.read(++contentsWritten[b], content, 0);
                contents.append(content, 0, content.length);
            }
        }
    }

    private void readContents() {
        Blocks blocks = store.blocks();
        DataReader reader = new DataReader(contents);
        while (reader.hasMore()) {
            for (int b = 0; b < contentsWritten.length; b++) {
                long[] content = new long[blocks.offset(b + 1) - blocks.offset(b)];
                for (long left = reader.readShort(); left > 0; left--) {
                    reader.read(content, 0, content.length);
                    contentsWritten[b] = blocks.table(b).intern(content, 0);
                }
            }
        }
    }

    private int restWords() {
        return store.layout().words() - 1;
    }

    private ExactStates exact() {
        if (store.visited() instanceof ExactStates states) {
            return states;
        }
        throw new MemoryExhausted(); // states that cover one another are kept in memory
    }
}
