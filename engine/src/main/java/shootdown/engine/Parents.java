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
        long index = bit >>> 6;
        segment(index)[(int) index & SEGMENT_MASK] |= 1L << bit;
        size++;
    }

    int parent(int state) {
        return new Cursor(state).next();
    }

    /** Forgets all states from {@code newSize} on. */
    void truncate(int newSize) {
        if (newSize < size) {
            Cursor cursor = new Cursor(newSize);
            for (int state = newSize; state < size; state++) {
                clear(state, cursor.next());
            }
            size = newSize;
        }
    }

    /** Returns what reads the parents of the states from {@code first} on, which must exist. */
    Cursor from(int first) {
        return new Cursor(first);
    }

    /** Begins to drop some of the states from {@code first} on, which must exist. */
    Rewriting rewrite(int first) {
        return new Rewriting(first);
    }

    private void clear(int state, int parent) {
        long bit = bit(state, parent);
        long index = bit >>> 6;
        segment(index)[(int) index & SEGMENT_MASK] &= ~(1L << bit);
    }

    /** Drops or keeps states, one after the other, to the last. */
    final class Rewriting {

        private final Cursor cursor;
        private int state;

        private Rewriting(int first) {
            cursor = new Cursor(first);
            state = first;
            size = first;
        }

        void next(boolean kept) {
            int parent = cursor.next();
            clear(state++, parent);
            if (kept) {
                append(parent);
            }
        }
    }

    /** Reads parents one after the other, also while those before are written anew. */
    final class Cursor {

        private int state;
        private long index;
        private long word;

        private Cursor(int first) {
            state = first & -SAMPLE;
            long bit = bit(state, samples[state >>> SAMPLE_BITS]);
            index = bit >>> 6;
            word = word() & (-1L << bit);
            int left = first - state;
            for (int ones = Long.bitCount(word); left >= ones; ones = Long.bitCount(word)) {
                left -= ones;
                index++;
                word = word();
            }
            for (; left > 0; left--) {
                word &= word - 1;
            }
            state = first;
        }

        int next() {
            while (word == 0) {
                index++;
                word = word();
            }
            int parent = (int) ((index << 6) + Long.numberOfTrailingZeros(word) - state - 1);
            word &= word - 1;
            state++;
            return parent;
        }

        private long word() {
            return segment(index)[(int) index & SEGMENT_MASK];
        }
    }

    /** The place of a state's one: behind those of all states before, and the zeros. */
    private static long bit(int state, int parent) {
        return (long) state + parent + 1;
    }

    private long[] segment(long index) {
        return segments[(int) (index >>> SEGMENT_BITS)];
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
