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
    private KeyLayout layout;

    Store(TransitionSystem system, boolean covering, MemoryBudget budget) {
        blocks = new Blocks(system.blockLengths(), budget);
        int firstSet = system.firstSetBlock();
        split = covering ? firstSet : blocks.count();
        layout = blocks.layout(split);
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

    /** Packs the candidates of a chunk if they fit; if not, {@link #ready} does. */
    void prepare(Chunk chunk) {
        if (blocks.fit(layout)) {
            chunk.pack(layout);
            visited.mark(chunk);
        }
    }

    /** Makes the candidates of {@code count} chunks ready to merge, whatever ids they have. */
    void ready(Chunk[] chunks, int first, int count) {
        boolean fits = blocks.fit(layout);
        if (!fits) {
            widen();
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
        return blocks.state(layout, log.keyArray(number), log.keyOffset(number));
    }

    private void widen() {
        KeyLayout wider = blocks.layout(split);
        visited.clear();
        log.relayout(layout, wider, blocks.count());
        layout = wider;
        visited.rebuild(layout, log);
    }
}
