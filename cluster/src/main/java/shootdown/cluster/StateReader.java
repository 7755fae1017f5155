package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

/** Reads the states of one {@link StateWriter}, in the order in which they were written. */
final class StateReader {
    private final Partition part;
    private final MemoryBudget budget;

    /** For each block, the reader's id of each of the writer's ids. */
    private final int[][] ids;

    private final int[] last;
    private final long[] content;

    StateReader(Partition part, MemoryBudget budget) {
        this.part = part;
        this.budget = budget;
        ids = new int[part.blocks()][0];
        last = new int[part.blocks()];
        int longest = 0;
        for (int b = 0; b < last.length; b++) {
            longest = Math.max(longest, part.length(b));
        }
        content = new long[longest];
    }

    /** Reads a state; the array that is returned holds its ids in the reader's part until next. */
    int[] read(In in) {
        int changed = in.small();
        int block = 0;
        for (int c = 0; c < changed; c++) {
            block += in.small();
            long number = in.number();
            int id = (int) (number >>> 1);
            if ((number & 1) != 0) {
                learn(in, block, id);
            }
            last[block] = ids[block][id];
            block++;
        }
        return last;
    }

    private void learn(In in, int block, int id) {
        for (int i = 0; i < part.length(block); i++) {
            content[i] = in.word();
        }
        if (id >= ids[block].length) {
            ids[block] = budget.grow(ids[block], Math.max(id + 1L, id * 2L));
        }
        ids[block][id] = part.intern(block, content, 0);
    }
}
