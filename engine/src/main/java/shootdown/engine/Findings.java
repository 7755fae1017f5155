package shootdown.engine;

import java.util.Arrays;

/**
 * The first violation of each property so far.
 *
 * <p>Violations are ordered by depth and then by the number of states that are discovered before
 * them. Rank is the same order as that of least step sequences, so the least violation has the
 * least sequence among the shortest. A step's violation is one deeper than the state it leaves, so
 * one that is found later may still be less.
 */
final class Findings {

    private static final long NEVER = Long.MAX_VALUE;

    private final int[] depths;
    private final long[] ranks;
    private final int[] states;
    private final int[] steps;

    Findings(int properties) {
        depths = new int[properties];
        ranks = new long[properties];
        states = new int[properties];
        steps = new int[properties];
        Arrays.fill(ranks, NEVER);
    }

    /**
     * Offers a violation of some properties.
     *
     * @param properties bit i for property i
     * @param depth the number of steps that lead to it
     * @param rank the number of states that are discovered before it
     * @param state the violating state, or the one that the step leaves
     * @param step the step at fault or {@link Violation#NO_STEP}
     */
    void offer(long properties, int depth, long rank, int state, int step) {
        for (long left = properties; left != 0; left &= left - 1) {
            int property = Long.numberOfTrailingZeros(left);
            if (property >= ranks.length) {
                throw new IllegalArgumentException("no property " + property);
            }
            if (ranks[property] == NEVER
                    || depth < depths[property]
                    || (depth == depths[property] && rank < ranks[property])) {
                depths[property] = depth;
                ranks[property] = rank;
                states[property] = state;
                steps[property] = step;
            }
        }
    }

    /**
     * Returns whether all given properties are violated and no lesser violation of them can be
     * found once {@code explored} states were explored.
     */
    boolean settled(long properties, long explored) {
        for (long left = properties; left != 0; left &= left - 1) {
            int property = Long.numberOfTrailingZeros(left);
            if (ranks[property] == NEVER || ranks[property] > explored) {
                return false;
            }
        }
        return properties != 0;
    }

    boolean violated(int property) {
        return ranks[property] != NEVER;
    }

    int depth(int property) {
        return depths[property];
    }

    int state(int property) {
        return states[property];
    }

    int step(int property) {
        return steps[property];
    }
}
