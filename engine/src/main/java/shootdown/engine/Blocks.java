package shootdown.engine;

import java.util.Arrays;

/** The blocks of a system: where each lies in a state, and the table of its contents. */
final class Blocks {

    /**
     * Runs of words up to this length are compared word by word, which beats a call that uses
     * vectors.
     */
    private static final int SHORT = 8;

    private final int[] offsets;
    private final BlockTable[] tables;

    /** The block of each word. */
    private final int[] blockOf;

    Blocks(TransitionSystem system, MemoryBudget budget) {
        int[] lengths = system.blockLengths();
        if (lengths.length == 0) {
            throw new IllegalArgumentException("a system needs at least one block");
        }
        offsets = new int[lengths.length + 1];
        tables = new BlockTable[lengths.length];
        for (int b = 0; b < lengths.length; b++) {
            offsets[b + 1] = offsets[b] + lengths[b];
            tables[b] = new BlockTable(lengths[b], system.blockBits(b), budget);
        }
        blockOf = blockOfWords(offsets);
    }

    private static int[] blockOfWords(int[] offsets) {
        int[] blockOf = new int[offsets[offsets.length - 1]];
        for (int b = 0; b + 1 < offsets.length; b++) {
            Arrays.fill(blockOf, offsets[b], offsets[b + 1], b);
        }
        return blockOf;
    }

    int count() {
        return tables.length;
    }

    int stateLength() {
        return offsets[tables.length];
    }

    /** Returns where a block begins; for {@link #count()}, where the last one ends. */
    int offset(int block) {
        return offsets[block];
    }

    int length(int block) {
        return offsets[block + 1] - offsets[block];
    }

    BlockTable table(int block) {
        return tables[block];
    }

    /** Returns whether two blocks have the same content. */
    static boolean equal(long[] left, int leftFrom, long[] right, int rightFrom, int length) {
        if (length > SHORT) {
            return Arrays.equals(
                    left, leftFrom, leftFrom + length, right, rightFrom, rightFrom + length);
        }
        for (int i = 0; i < length; i++) {
            if (left[leftFrom + i] != right[rightFrom + i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the first block from {@code block} on in which two states differ, or {@link
     * #count()}.
     */
    int nextChanged(long[] left, long[] right, int block) {
        int from = offsets[block];
        int length = blockOf.length;
        if (length > SHORT) {
            int same = Arrays.mismatch(left, from, length, right, from, length);
            return same < 0 ? tables.length : blockOf[from + same];
        }
        while (from < length && left[from] == right[from]) {
            from++;
        }
        return from == length ? tables.length : blockOf[from];
    }

    /** Returns whether the blocks of a state have these ids. */
    boolean holds(int[] ids, long[] state) {
        for (int b = 0; b < tables.length; b++) {
            if (tables[b].intern(state, offsets[b]) != ids[b]) {
                return false;
            }
        }
        return true;
    }

    /** Reads the state with other ids; blocks whose ids are the same are in place already. */
    void read(int[] other, int from, long[] state, int[] ids) {
        for (int b = 0; b < tables.length; b++) {
            if (other[from + b] != ids[b]) {
                ids[b] = other[from + b];
                tables[b].read(ids[b], state, offsets[b]);
            }
        }
    }

    /** Returns for each block how many ids exist now. */
    int[] counts() {
        int[] counts = new int[tables.length];
        for (int b = 0; b < counts.length; b++) {
            counts[b] = tables[b].count();
        }
        return counts;
    }

    /** Returns whether all ids that exist now have room. */
    boolean fit(KeyLayout layout) {
        for (int b = 0; b < tables.length; b++) {
            if (!layout.fits(b, tables[b].count())) {
                return false;
            }
        }
        return true;
    }

    /** Returns a new array with the state of a key. */
    long[] state(KeyLayout layout, long[] key, int from) {
        long[] state = new long[stateLength()];
        for (int b = 0; b < tables.length; b++) {
            tables[b].read(layout.id(key, from, b), state, offsets[b]);
        }
        return state;
    }
}
