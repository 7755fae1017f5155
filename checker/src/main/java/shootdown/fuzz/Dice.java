package shootdown.fuzz;

import java.util.List;

/** Pseudo-random numbers that are the same everywhere (SplitMix64). Not thread-safe. */
final class Dice {
    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private long state;

    Dice(long seed) {
        state = seed;
    }

    /** Dice of their own for a part of what a seed makes. */
    static Dice of(long seed, long part) {
        return new Dice(mix(mix(seed) + part * GAMMA));
    }

    static long mix(long x) {
        long z = (x ^ (x >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }

    long next() {
        state += GAMMA;
        return mix(state);
    }

    /** From 0 to {@code n - 1}. */
    int below(int n) {
        return (int) (((next() >>> 32) * n) >>> 32);
    }

    /** From {@code low} to {@code high}. */
    int between(int low, int high) {
        return low + below(high - low + 1);
    }

    /** True in {@code percent} of 100 cases. */
    boolean chance(int percent) {
        return below(100) < percent;
    }

    <T> T oneOf(List<T> list) {
        return list.get(below(list.size()));
    }
}
