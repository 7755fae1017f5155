package shootdown.engine;

/** The two hash functions of the engine: of a block's content, and of a packed key. */
final class Hashing {

    private static final long C1 = 0x9E3779B97F4A7C15L;
    private static final long C2 = 0xBF58476D1CE4E5B9L;
    private static final long C3 = 0x94D049BB133111EBL;

    private Hashing() {}

    /** Returns multipliers for blocks of a length: odd and without a pattern. */
    static long[] multipliers(int length) {
        long[] multipliers = new long[length];
        for (int i = 0; i < length; i++) {
            multipliers[i] = mix((i + 1) * C1) | 1;
        }
        return multipliers;
    }

    /**
     * Hashes the words of a block from {@code from} on, one for each multiplier. A sum of products,
     * so that no multiplication waits for another.
     */
    static long block(long[] words, int from, long[] multipliers) {
        long sum = C3;
        for (int i = 0; i < multipliers.length; i++) {
            sum += words[from + i] * multipliers[i];
        }
        return mix(sum);
    }

    /**
     * Hashes the {@code length} words of a key: one to one, for any given words after the first.
     */
    static long key(long[] words, int from, int length) {
        long hash = mix(words[from]);
        for (int i = 1; i < length; i++) {
            hash = mix(hash ^ words[from + i]);
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * C2;
        mixed = (mixed ^ (mixed >>> 29)) * C3;
        return mixed ^ (mixed >>> 32);
    }
}
