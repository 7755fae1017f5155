package shootdown.engine;

/**
 * Breadth-first search of all states of a transition system.
 *
 * <p><b>Overview.</b> The contents of blocks are interned ({@link BlockTable}), so a state is a
 * tuple of small ids, packed in one long or a few ({@link KeyLayout}). {@link StateLog} holds the
 * keys of all states in the order of discovery, {@link VisitedStates} the same keys for look-up.
 * The frontier is a range of the log, which {@link Exploration} takes in rounds; {@link Round} says
 * how a round is shared among threads so that the log comes out the same for any number of them.
 * That order, the one of a search by a single thread with a queue, is called <em>canonical</em>.
 * All results are defined by it: the parent of a state is the first state that discovers it, and a
 * path rebuilt from parents has the least sequence of steps among the shortest.
 *
 * <p>A system of {@link Parts} is asked part by part, and what a part has answered is recalled
 * ({@link Recall}) wherever it would see the same: most steps of most states are then looked up by
 * ids and never taken. With assertions on, each of them is taken as well ({@link Verified}).
 *
 * <p>Rejected: storing steps beside parents (a path is short, its owner can run it again); a lossy
 * visited set (a proof must not depend on luck); a work-stealing search without levels (shortest
 * paths and counts would depend on timing).
 *
 * <p>Reading order: this class, {@link Exploration}, {@link Round}, {@link Worker}, {@link Store};
 * then {@link Parts}, {@link Recall}, {@link Asker}, {@link AnswerLookup}.
 */
public final class Search {

    private Search() {}

    /**
     * Searches {@code system} and returns what was found. Blocks until the search ends. What an
     * {@link Expander} throws stops all threads and is thrown again as it is.
     */
    public static SearchResult run(TransitionSystem system, SearchOptions options) {
        return Exploration.run(system, options);
    }
}
