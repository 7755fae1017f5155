package shootdown.engine;

import java.util.Arrays;

/**
 * Picks one of the states that are the same up to symmetry: the lexicographically least. Used by
 * one thread at a time.
 */
final class Canonical {

    private final TransitionSystem system;
    private final int permutations;
    private long[] least;
    private long[] image;

    Canonical(TransitionSystem system, boolean symmetry, int stateLength) {
        this.system = system;
        permutations = symmetry ? system.permutations() : 1;
        least = new long[stateLength];
        image = new long[stateLength];
    }

    /** Returns whether a state may be another than its least image. */
    boolean isNeeded() {
        return permutations > 1;
    }

    /**
     * Returns the least image of a state: the state itself, or an array that the next call reuses.
     */
    long[] of(long[] state) {
        long[] best = state;
        for (int p = 1; p < permutations; p++) {
            system.permute(state, p, image);
            if (Arrays.compare(image, best) < 0) {
                long[] free = least;
                least = image;
                image = free;
                best = least;
            }
        }
        return best;
    }
}
