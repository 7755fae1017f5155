package shootdown.cluster;

import java.util.Arrays;

/** A list of longs, most often in ascending order. */
final class Longs {
    private long[] values = new long[64];
    private int size;

    int size() {
        return size;
    }

    long get(int index) {
        return values[index];
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1));
        }
        values[size++] = value;
    }

    void clear() {
        size = 0;
    }

    /** Keeps the first {@code length} values. */
    void truncate(int length) {
        size = Math.min(size, length);
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
