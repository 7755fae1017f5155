package shootdown.engine;

/** The blocks of a system: where each lies in a state, and the table of its contents. */
final class Blocks {

    private final int[] offsets;
    private final BlockTable[] tables;

    Blocks(int[] lengths, MemoryBudget budget) {
        if (lengths.length == 0) {
            throw new IllegalArgumentException("a system needs at least one block");
        }
        offsets = new int[lengths.length + 1];
        tables = new BlockTable[lengths.length];
        for (int b = 0; b < lengths.length; b++) {
            offsets[b + 1] = offsets[b] + lengths[b];
            tables[b] = new BlockTable(lengths[b], budget);
        }
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

    BlockTable table(int block) {
        return tables[block];
    }

    /** Returns a layout for the ids that exist now. */
    KeyLayout layout(int split) {
        int[] counts = new int[tables.length];
        for (int b = 0; b < counts.length; b++) {
            counts[b] = tables[b].count();
        }
        return new KeyLayout(counts, split);
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
