package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

/**
 * Writes states for one reader, in canonical form. A block's content is written when the reader
 * meets it for the first time, and a number ever after; of blocks that equal those of the state
 * before nothing is written.
 */
final class StateWriter {
    private final Partition part;
    private final MemoryBudget budget;

    /** For each block a bit for each id: whether the reader has met it. */
    private final long[][] known;

    private final int[] last;
    private final long[] content;

    StateWriter(Partition part, MemoryBudget budget) {
        this.part = part;
        this.budget = budget;
        known = new long[part.blocks()][0];
        last = new int[part.blocks()];
        int longest = 0;
        for (int b = 0; b < known.length; b++) {
            longest = Math.max(longest, part.length(b));
        }
        content = new long[longest];
    }

    /** Writes the state with these block ids of the writer's part. */
    void write(Out out, int[] ids, int from) {
        int changed = 0;
        for (int b = 0; b < last.length; b++) {
            changed += ids[from + b] == last[b] ? 0 : 1;
        }
        out.number(changed);
        int next = 0;
        for (int b = 0; b < last.length; b++) {
            int id = ids[from + b];
            if (id != last[b]) {
                out.number(b - next);
                next = b + 1;
                last[b] = id;
                write(out, b, id);
            }
        }
    }

    private void write(Out out, int block, int id) {
        boolean knows = knows(block, id);
        out.number((long) id << 1 | (knows ? 0 : 1));
        if (!knows) {
            known[block][id / Long.SIZE] |= 1L << id;
            part.read(block, id, content, 0);
            for (int i = 0; i < part.length(block); i++) {
                out.word(content[i]);
            }
        }
    }

    private boolean knows(int block, int id) {
        int word = id / Long.SIZE;
        if (word >= known[block].length) {
            known[block] = budget.grow(known[block], Math.max(word + 1L, word * 2L));
        }
        return (known[block][word] >>> id & 1) != 0;
    }
}
