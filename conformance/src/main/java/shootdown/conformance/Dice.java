package shootdown.conformance;

import java.util.List;
import java.util.SplittableRandom;

/** The choices of one program: the same kind of machine, seed and number give the same. */
final class Dice {
    /** Odd, and unlike the stride of the generator's own states, so that no two streams meet. */
    private static final long STRIDE = 0xD1342543DE82EF95L;

    private final SplittableRandom random;

    Dice(Arena arena, long seed, long number) {
        int kind = arena.domain().id() * 4 + (arena.xpti() ? 2 : 0) + arena.cpus() - 1;
        long start = new SplittableRandom(seed * 8 + kind).nextLong();
        random = new SplittableRandom(start + number * STRIDE);
    }

    /** 0..n-1. */
    int below(int n) {
        return random.nextInt(n);
    }

    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    int pick(int... values) {
        return values[below(values.length)];
    }

    long pick(long... values) {
        return values[below(values.length)];
    }

    <T> T pick(List<T> values) {
        return values.get(below(values.size()));
    }

    /** An index, each as likely as its weight says. */
    int weighted(int... weights) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int left = below(total);
        for (int i = 0; ; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
    }
}
