package shootdown.engine;

/**
 * All that a search remembers: blocks, the log of states, and the set of visited ones. Lays keys
 * out anew when block ids outgrow their fields.
 *
 * <p>Threads: {@link #prepare} by any number at once, all else while nobody else uses the store;
 * except that {@link #merge} may run side by side for different workers.
 */
final class Store {

    private final Blocks blocks;
    private final int split;
    private final StateLog log;
    private final VisitedStates visited;
    private int[] layoutCounts;
    private KeyLayout layout;
    private boolean layoutIsOnDisk;

    Store(TransitionSystem system, boolean covering, MemoryBudget budget) {
        blocks = new Blocks(system, budget);
        int firstSet = system.firstSetBlock();
        split = covering ? firstSet : blocks.count();
        layoutCounts = blocks.counts();
        layout = new KeyLayout(layoutCounts, split);
        log = new StateLog(layout.words(), budget);
        visited =
                split < blocks.count()
                        ? new CoveredStates(blocks, split, layout, budget)
                        : new ExactStates(layout, budget);
    }

    Blocks blocks() {
        return blocks;
    }

    KeyLayout layout() {
        return layout;
    }

    StateLog log() {
        return log;
    }

    VisitedStates visited() {
        return visited;
    }

    /** The numbers of ids from which the layout was made. */
    int[] layoutCounts() {
        return layoutCounts;
    }

    /** What must be the same in a system whose states are read from a disk. */
    int[] signature() {
        int[] signature = new int[blocks.count() + 2];
        for (int b = 0; b <= blocks.count(); b++) {
            signature[b] = blocks.offset(b);
        }
        signature[blocks.count() + 1] = split;
        return signature;
    }

    /** Sets the layout that the log on disk has. */
    void layout(int[] counts) {
        layoutCounts = counts;
        layout = new KeyLayout(counts, split);
    }

    /** Says that the log is on disk, where keys are not laid out anew in the middle of a round. */
    void keepLayoutInRounds() {
        layoutIsOnDisk = true;
    }

    /** Packs the candidates of a chunk if they fit; if not, {@link #ready} does. */
    void prepare(Chunk chunk, LastCandidates last) {
        if (blocks.fit(layout)) {
            chunk.pack(layout, last);
            visited.mark(chunk);
        }
    }

    /** Makes the candidates of {@code count} chunks ready to merge, whatever ids they have. */
    void ready(Chunk[] chunks, int first, int count) {
        boolean fits = blocks.fit(layout);
        if (!fits && layoutIsOnDisk) {
            throw new LayoutOutgrown();
        }
        if (!fits) {
            visited.clear();
            relayout();
            visited.rebuild(layout, log);
        }
        for (int c = first; c < first + count; c++) {
            if (!fits || !chunks[c].packed) {
                chunks[c].pack(layout);
                visited.mark(chunks[c]);
            }
        }
    }

    /** Adds a share of the candidates to the visited states, and marks the new ones. */
    void merge(Chunk chunk, Share share) {
        visited.merge(chunk, share);
    }

    /** Returns a new array with the content of a state. */
    long[] state(int number) {
        return blocks.state(layout, log.key(number), 0);
    }

    /** Packs all keys of the log for the ids that exist now. */
    void relayout() {
        int[] counts = blocks.counts();
        KeyLayout wider = new KeyLayout(counts, split);
        log.relayout(layout, wider, blocks.count());
        layoutCounts = counts;
        layout = wider;
    }
}
