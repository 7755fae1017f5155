package shootdown.engine;

/** One of the ways to find what follows a state. Used by one thread at a time. */
interface Expansion {

    /**
     * Judges a state and adds what follows it to a chunk.
     *
     * @param ids the ids of the state's blocks
     * @param place the place of the state in the chunk
     */
    void expand(int[] ids, Chunk into, int place);

    /** Reads ahead what {@link #expand} will need for a state, so that cache misses overlap. */
    default void readAhead(int[] ids) {}

    /** Adds what has been counted so far to {@code sums}. */
    void addCounters(long[] sums);
}
