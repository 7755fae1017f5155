package shootdown.checker;

import shootdown.engine.SearchOptions;

/**
 * How a universe is searched.
 *
 * @param search threads, limits, covering, symmetry, cancellation, progress
 * @param fusing whether steps of a call that others cannot observe are taken as one
 * @param explicit whether the caches have fills and evictions as steps
 */
public record CheckOptions(SearchOptions search, boolean fusing, boolean explicit) {
    /** All reductions on. */
    public static CheckOptions reduced() {
        SearchOptions search = SearchOptions.defaults().withCovering(true).withSymmetry(true);
        return new CheckOptions(search, true, false);
    }

    /** Every step is a step, every state is explored. */
    public static CheckOptions plain() {
        return new CheckOptions(SearchOptions.defaults(), false, false);
    }

    public CheckOptions withSearch(SearchOptions value) {
        return new CheckOptions(value, fusing, explicit);
    }

    public CheckOptions withFusing(boolean value) {
        return new CheckOptions(search, value, explicit);
    }

    public CheckOptions withExplicit(boolean value) {
        return new CheckOptions(search, fusing, value);
    }
}
