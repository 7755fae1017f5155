package shootdown.engine;

/** Hears, now and then, how far a search has come. Called by one thread, the one that searches. */
@FunctionalInterface
public interface Progress {

    /** A listener that ignores everything. */
    Progress NONE = (states, transitions, depth, frontier) -> {};

    /**
     * Tells where the search is.
     *
     * @param states distinct states found so far
     * @param transitions successors generated so far
     * @param depth the level that is being expanded; initial states are at 0
     * @param frontier the number of states of that level
     */
    void update(long states, long transitions, int depth, long frontier);
}
