package shootdown.engine;

/** Breadth-first search of all states of a transition system. */
public final class Search {

    private Search() {}

    /** Searches {@code system} and returns what was found. */
    public static SearchResult run(TransitionSystem system, SearchOptions options) {
        throw new UnsupportedOperationException("not yet written");
    }
}
