package shootdown.engine;

import java.util.Arrays;

/**
 * The parent of each state.
 *
 * <p>States are discovered in the order of their parents, so parents never decrease. Structure: a
 * row of bits with a one for each state and, before the ones of its children, a zero for each
 * parent; every {@value #SAMPLE}th state's parent is kept beside it, to begin reading there. Cost:
 * 2 bits a state; finding a parent reads some hundred words, which only paths do. Threads: one
 * writer, while nobody reads.
 */
final class Parents {

    private static final int SAMPLE_BITS = 12;
    private static final int SAMPLE = 1 << SAMPLE_BITS;
    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;

    private final MemoryBudget budget;
    private long[][] segments = new long[4][];
    private int segmentCount;
    private int[] samples;
    private int size;

    Parents(MemoryBudget budget) {
        this.budget = budget;
        samples = budget.ints(16);
    }

    /** Appends the parent of the next state, which is at least that of the last one. */
    void append(int parent) {
        long bit = bit(size, parent);
        reserve(bit);
        if ((size & (SAMPLE - 1)) == 0) {
            samples[size >>> SAMPLE_BITS] = parent;
        }
        long word = bit >>> 6;
        segments[(int) (word >>> SEGMENT_BITS)][(int) word & SEGMENT_MASK] |= 1L << bit;
        size++;
    }

    int parent(int state) {
        int before = state & -SAMPLE;
        long bit = bit(before, samples[before >>> SAMPLE_BITS]);
        long index = bit >>> 6;
        long word = word(index) & (-1L << bit);
        int left = state - before;
        for (int ones = Long.bitCount(word); left >= ones; ones = Long.bitCount(word)) {
            left -= ones;
            word = word(++index);
        }
        for (; left > 0; left--) {
            word &= word - 1;
        }
        return (int) ((index << 6) + Long.numberOfTrailingZeros(word) - state - 1);
    }

    /** The place of a state's one: behind those of all states before, and the zeros. */
    private static long bit(int state, int parent) {
        return (long) state + parent + 1;
    }

    private long word(long index) {
        return segments[(int) (index >>> SEGMENT_BITS)][(int) index & SEGMENT_MASK];
    }

    private void reserve(long bit) {
        while (bit >>> 6 >>> SEGMENT_BITS >= segmentCount) {
            if (segmentCount == segments.length) {
                segments = Arrays.copyOf(segments, segmentCount * 2);
            }
            segments[segmentCount] = budget.longs(1 << SEGMENT_BITS);
            segmentCount++;
        }
        if (size >>> SAMPLE_BITS == samples.length) {
            int[] more = budget.ints(samples.length * 2L);
            System.arraycopy(samples, 0, more, 0, samples.length);
            budget.free(samples);
            samples = more;
        }
    }
}
