package shootdown.engine;

import java.util.Arrays;

/**
 * All states in the order of discovery: the key and the parent of each. A state's place is its
 * number; the frontier of the search is a range of numbers.
 *
 * <p>Structure: segments that never move, so that growing copies nothing. Cost: 8 bytes for each
 * word of a key; {@link Parents} are all but free. Threads: one writer, while nobody reads.
 */
final class StateLog {

    /** The parent of initial states. */
    static final int NO_PARENT = -1;

    private static final int SEGMENT_BITS = 12;
    private static final int SEGMENT_SIZE = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_SIZE - 1;

    private final MemoryBudget budget;
    private long[][] keys = new long[16][];
    private final Parents parents;
    private int words;
    private int size;

    StateLog(int words, MemoryBudget budget) {
        this.words = words;
        this.budget = budget;
        parents = new Parents(budget);
    }

    int size() {
        return size;
    }

    /** Appends the state with the key {@code key[from..]}. */
    void append(long[] key, int from, int parent) {
        int segment = size >>> SEGMENT_BITS;
        int at = size & SEGMENT_MASK;
        if (at == 0) {
            addSegment(segment);
        }
        long[] target = keys[segment];
        for (int w = 0; w < words; w++) {
            target[at * words + w] = key[from + w];
        }
        parents.append(parent);
        size++;
    }

    int parent(int state) {
        return parents.parent(state);
    }

    /** Returns the array that holds the key of a state, at {@link #keyOffset}. */
    long[] keyArray(int state) {
        return keys[state >>> SEGMENT_BITS];
    }

    int keyOffset(int state) {
        return (state & SEGMENT_MASK) * words;
    }

    /**
     * Packs all keys anew. Allocates all that it needs before it changes anything, so that running
     * out of memory leaves the log as it is.
     */
    void relayout(KeyLayout before, KeyLayout after, int blocks) {
        boolean inPlace = after.words() == words;
        long[][] packed = inPlace ? keys : allocate(after.words());
        int[] ids = new int[blocks];
        for (int state = 0; state < size; state++) {
            int segment = state >>> SEGMENT_BITS;
            int at = state & SEGMENT_MASK;
            before.unpack(keys[segment], at * words, ids, 0);
            after.pack(ids, 0, packed[segment], at * after.words());
        }
        if (!inPlace) {
            for (int s = 0; s < segments(); s++) {
                budget.free(keys[s]);
            }
        }
        keys = packed;
        words = after.words();
    }

    private long[][] allocate(int newWords) {
        long[][] allocated = new long[keys.length][];
        for (int s = 0; s < segments(); s++) {
            allocated[s] = budget.longs((long) SEGMENT_SIZE * newWords);
        }
        return allocated;
    }

    private int segments() {
        return (size + SEGMENT_SIZE - 1) >>> SEGMENT_BITS;
    }

    private void addSegment(int segment) {
        if (segment >= (Integer.MAX_VALUE >>> SEGMENT_BITS)) {
            throw new MemoryExhausted();
        }
        if (segment == keys.length) {
            keys = Arrays.copyOf(keys, segment * 2);
        }
        keys[segment] = budget.longs((long) SEGMENT_SIZE * words);
    }
}
