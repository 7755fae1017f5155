package shootdown.conformance;

import java.util.List;
import java.util.SplittableRandom;

/** The choices of one program: the same seed and number give the same. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed, long number) {
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
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
