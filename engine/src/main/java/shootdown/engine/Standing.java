package shootdown.engine;

/**
 * How far a search is, at a moment from which it can go on.
 *
 * @param states the states found, all of them for good
 * @param explored how many of them were expanded
 * @param levelEnd the end of the level that is being expanded
 * @param levels how many levels are known
 * @param transitions successors generated
 * @param counters the sums of the expanders' counters
 * @param findings a copy
 */
record Standing(
        int states,
        int explored,
        int levelEnd,
        int levels,
        long transitions,
        long[] counters,
        Findings findings) {}
