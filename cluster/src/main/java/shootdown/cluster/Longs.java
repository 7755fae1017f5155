package shootdown.cluster;

import shootdown.engine.MemoryBudget;

import java.util.Arrays;

/** A list of longs, most often in ascending order. */
final class Longs {
    private static final long[] NOTHING = {};
    private static final int FIRST_CAPACITY = 64;

    private final MemoryBudget budget;
    private long[] values = NOTHING;
    private int size;

    /**
     * @param budget takes what is allocated when values are added
     */
    Longs(MemoryBudget budget) {
        this.budget = budget;
    }

    int size() {
        return size;
    }

    long get(int index) {
        return values[index];
    }

    void add(long value) {
        reserve(1);
        values[size++] = value;
    }

    /** Makes sure that so many more can be added. */
    void reserve(int more) {
        long needed = (long) size + more;
        if (needed > values.length) {
            long capacity = Math.max(FIRST_CAPACITY, size + (size >> 1));
            values = budget.grow(values, Math.max(needed, capacity));
        }
    }

    /** Sorts them. */
    void sort() {
        Arrays.sort(values, 0, size);
    }

    /** Returns how many are less than {@code value}; they must be in order. */
    int below(long value) {
        int found = Arrays.binarySearch(values, 0, size, value);
        return found < 0 ? -found - 1 : found;
    }
}
