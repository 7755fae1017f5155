package shootdown.engine;

/** The two hash functions of the engine: of a block's content, and of a packed key. */
final class Hashing {

    private static final long C1 = 0x9E3779B97F4A7C15L;
    private static final long C2 = 0xBF58476D1CE4E5B9L;
    private static final long C3 = 0x94D049BB133111EBL;

    private Hashing() {}

    /** Hashes {@code words[from..to)}. Two lanes, so that multiplications overlap. */
    static long block(long[] words, int from, int to) {
        long even = C1;
        long odd = C2;
        int i = from;
        for (; i + 1 < to; i += 2) {
            even = (even ^ words[i]) * C1;
            even ^= even >>> 32;
            odd = (odd ^ words[i + 1]) * C2;
            odd ^= odd >>> 29;
        }
        if (i < to) {
            even = (even ^ words[i]) * C3;
            even ^= even >>> 32;
        }
        return mix(even + Long.rotateLeft(odd, 23));
    }

    /** Hashes the {@code length} words of a key. */
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
