package shootdown.engine;

/**
 * The states that were found, as a set of keys.
 *
 * <p>Cut in {@link #SHARDS} shards by hash. Threads: any number may {@link #mark} while nobody
 * merges; when merging, each shard is used by one worker.
 */
interface VisitedStates {

    /** The number of shards: fits the marks of a {@link Chunk}. */
    int SHARDS = 64;

    /**
     * Marks each packed candidate of a chunk as seen, or with its shard if it may be new.
     *
     * @param lookUp whether to look for candidates here; else all may be new
     */
    void mark(Chunk chunk, boolean lookUp);

    /**
     * Adds the candidates that belong to the shards {@code first, first + stride, ..} in their
     * order and marks each as new or as seen.
     */
    void merge(Chunk chunk, int first, int stride);

    /** Forgets all states and gives their memory back; the next call must be {@link #rebuild}. */
    void clear();

    /** Adds all states of the log, whose keys have a new layout. */
    void rebuild(KeyLayout layout, StateLog log);
}
