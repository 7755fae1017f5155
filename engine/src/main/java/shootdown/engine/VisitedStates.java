package shootdown.engine;

/**
 * The states that were found, as a set of keys.
 *
 * <p>Cut in {@link #SHARDS} shards by hash, so that several workers can merge side by side, each
 * its own {@link Share}. Threads: any number may {@link #mark}, and merge different shares; never
 * both at once.
 */
interface VisitedStates {

    /** The number of shards: fits the marks of a {@link Chunk}. */
    int SHARDS = 64;

    /** Marks each packed candidate of a chunk that is not seen yet with its shard. */
    void mark(Chunk chunk);

    /**
     * Adds the candidates of a chunk that belong to a share, in their order, and marks each as new
     * or as seen.
     */
    void merge(Chunk chunk, Share share);

    /** Forgets all states and gives their memory back; the next call must be {@link #rebuild}. */
    void clear();

    /** Adds all states of the log, whose keys have a new layout. */
    void rebuild(KeyLayout layout, StateLog log);
}
