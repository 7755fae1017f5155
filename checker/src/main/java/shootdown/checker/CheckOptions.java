package shootdown.checker;

import shootdown.engine.SearchOptions;

/**
 * How a universe is searched.
 *
 * @param search threads, limits, covering, symmetry, cancellation, progress
 * @param fusing whether steps of a call that others cannot observe are taken as one
 * @param explicit whether the caches have fills and evictions as steps
 * @param strict whether optional properties are judged too
 */
public record CheckOptions(SearchOptions search, boolean fusing, boolean explicit, boolean strict) {
    /** Judges what every check judges. */
    public CheckOptions(SearchOptions search, boolean fusing, boolean explicit) {
        this(search, fusing, explicit, false);
    }

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
        return new CheckOptions(value, fusing, explicit, strict);
    }

    public CheckOptions withFusing(boolean value) {
        return new CheckOptions(search, value, explicit, strict);
    }

    public CheckOptions withExplicit(boolean value) {
        return new CheckOptions(search, fusing, value, strict);
    }

    public CheckOptions withStrict(boolean value) {
        return new CheckOptions(search, fusing, explicit, value);
    }
}
