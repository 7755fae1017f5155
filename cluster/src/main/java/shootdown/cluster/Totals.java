package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;

import java.util.Arrays;

/**
 * What all members know of a search after a round, each the same: how far it is, and what was
 * found. Immutable.
 *
 * @param round rounds that are complete; the first one takes the initial states
 * @param states that were found
 * @param explored of these, those that were expanded; numbers below are the explored ones
 * @param levelEnd the number of the first state that is deeper than those that are expanded now
 * @param frontiers the number of states at each depth, as far as they are complete
 * @param transitions successors generated
 * @param counters the sums of the expanders' counters
 * @param first the first offence against each property
 * @param end why the search ended, if it did
 */
record Totals(
        int round,
        long states,
        long explored,
        long levelEnd,
        long[] frontiers,
        long transitions,
        long[] counters,
        @Nullable Offence[] first,
        @Nullable End end) {

    /** Before the first round. */
    static Totals none(int properties, int counters) {
        return new Totals(
                0,
                0,
                0,
                0,
                new long[0],
                0,
                new long[counters],
                new @Nullable Offence[properties],
                null);
    }

    /** The depth of the states that are expanded next. */
    int depth() {
        return frontiers.length - 1;
    }

    /** Returns this with another reason to end. */
    Totals ended(End why) {
        return new Totals(
                round, states, explored, levelEnd, frontiers, transitions, counters, first, why);
    }

    /**
     * Returns the totals after one more round.
     *
     * @param expanded states that it expanded
     * @param found states that it found, those beyond the limit too
     * @param more what was counted in it
     */
    Totals next(long expanded, long found, Sums more, SearchOptions options) {
        boolean cut = states + found > options.maxStates();
        long nextStates = cut ? options.maxStates() : states + found;
        long nextExplored = explored + expanded;
        long[] nextFrontiers = frontiers;
        long nextEnd = levelEnd;
        if (nextExplored == levelEnd) {
            nextFrontiers = with(frontiers, nextStates - levelEnd);
            nextEnd = nextStates;
        }
        Totals next =
                new Totals(
                        round + 1,
                        nextStates,
                        nextExplored,
                        nextEnd,
                        nextFrontiers,
                        transitions + more.transitions(),
                        more.countersAndThose(counters),
                        more.firstOfThese(first),
                        null);
        @Nullable End end = next.whyEnd(cut, options);
        return end == null ? next : next.ended(end);
    }

    private @Nullable End whyEnd(boolean cut, SearchOptions options) {
        boolean all = explored == states && !cut;
        if (isSettled(options.stopWhenViolated())) {
            return all ? End.EXHAUSTED : End.VIOLATED;
        }
        return cut ? End.STATE_LIMIT : all ? End.EXHAUSTED : null;
    }

    /** Whether these properties are violated and no lesser violation can be found any more. */
    private boolean isSettled(long properties) {
        for (long left = properties; left != 0; left &= left - 1) {
            Offence offence = first[Long.numberOfTrailingZeros(left)];
            if (offence == null || offence.rank() > explored) {
                return false;
            }
        }
        return properties != 0;
    }

    /** The frontiers, and the level that was being discovered when the search ended in another. */
    long[] allFrontiers() {
        return with(frontiers, states - Arrays.stream(frontiers).sum());
    }

    private static long[] with(long[] frontiers, long size) {
        if (size == 0) {
            return frontiers;
        }
        long[] longer = Arrays.copyOf(frontiers, frontiers.length + 1);
        longer[frontiers.length] = size;
        return longer;
    }
}
