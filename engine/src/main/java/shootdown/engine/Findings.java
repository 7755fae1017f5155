package shootdown.engine;

import java.util.Arrays;
import java.util.stream.IntStream;

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

    Findings copy() {
        Findings copy = new Findings(ranks.length);
        copy.set(this);
        return copy;
    }

    /** Takes over what another has. */
    void set(Findings other) {
        System.arraycopy(other.depths, 0, depths, 0, depths.length);
        System.arraycopy(other.ranks, 0, ranks, 0, ranks.length);
        System.arraycopy(other.states, 0, states, 0, states.length);
        System.arraycopy(other.steps, 0, steps, 0, steps.length);
    }

    void save(Manifest manifest) {
        manifest.put("depths", depths);
        manifest.put("ranks", ranks);
        manifest.put("violators", states);
        manifest.put("steps", steps);
    }

    static Findings load(Manifest manifest) {
        long[] saved = manifest.numbers("ranks");
        Findings loaded = new Findings(saved.length);
        System.arraycopy(saved, 0, loaded.ranks, 0, saved.length);
        System.arraycopy(manifest.ints("depths"), 0, loaded.depths, 0, saved.length);
        System.arraycopy(manifest.ints("violators"), 0, loaded.states, 0, saved.length);
        System.arraycopy(manifest.ints("steps"), 0, loaded.steps, 0, saved.length);
        return loaded;
    }

    /** Begins to take states from {@code from} on out of the order of discovery. */
    Shift shift(int from) {
        return new Shift(from);
    }

    /** Lowers the ranks of violations by the states before them that turn out to be none. */
    final class Shift {

        private final int[] properties;
        private final long[] removed;

        private Shift(int from) {
            properties =
                    IntStream.range(0, ranks.length)
                            .filter(p -> ranks[p] != NEVER && ranks[p] > from)
                            .toArray();
            removed = new long[properties.length];
        }

        /** Takes out a state; by its number before anything was taken out. */
        void removed(int state) {
            for (int i = 0; i < properties.length; i++) {
                removed[i] += state < ranks[properties[i]] ? 1 : 0;
            }
        }

        void apply() {
            for (int i = 0; i < properties.length; i++) {
                ranks[properties[i]] -= removed[i];
            }
        }
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
