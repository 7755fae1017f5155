package shootdown.engine;

/**
 * One shard of {@link CoveredStates}: rests, each with a list of the greatest sets seen with it.
 *
 * <p>Structure: {@code heads} is an open-addressed table of list heads; {@code entries} holds whole
 * keys and {@code nexts} links them. Entry 0 is not used, so that 0 ends a list.
 */
final class CoverShard {

    private static final int FIRST_CAPACITY = 16;

    private final Blocks blocks;
    private final int split;
    private final KeyLayout layout;
    private final MemoryBudget budget;
    private final int words;
    private final int restWords;
    private int[] heads;
    private int[] nexts;
    private long[] entries;
    private int rests;
    private int used = 1;
    private int unused;

    CoverShard(Blocks blocks, int split, KeyLayout layout, MemoryBudget budget) {
        this.blocks = blocks;
        this.split = split;
        this.layout = layout;
        this.budget = budget;
        words = layout.words();
        restWords = layout.restWords();
        heads = budget.ints(FIRST_CAPACITY);
        nexts = budget.ints(FIRST_CAPACITY);
        entries = budget.longs((long) FIRST_CAPACITY * words);
    }

    private boolean covers(long hash, long[] keys, int from) {
        for (int e = heads[slot(hash, keys, from)]; e != 0; e = nexts[e]) {
            if (subset(keys, from, entries, e * words)) {
                return true;
            }
        }
        return false;
    }

    /** Adds a key that is not covered; drops those that it covers. Returns whether it was added. */
    boolean add(long hash, long[] keys, int from) {
        if (covers(hash, keys, from)) {
            return false;
        }
        if ((rests + 1) * 2 > heads.length) {
            growHeads();
        }
        int slot = slot(hash, keys, from);
        if (heads[slot] == 0) {
            rests++;
        }
        heads[slot] = withoutCovered(heads[slot], keys, from);
        int entry = newEntry();
        System.arraycopy(keys, from, entries, entry * words, words);
        nexts[entry] = heads[slot];
        heads[slot] = entry;
        return true;
    }

    void free() {
        budget.free(heads);
        budget.free(nexts);
        budget.free(entries);
    }

    /** Takes the entries that the key covers out of a list and returns its new head. */
    private int withoutCovered(int head, long[] keys, int from) {
        int first = 0;
        int last = 0;
        for (int e = head; e != 0; ) {
            int next = nexts[e];
            if (subset(entries, e * words, keys, from)) {
                nexts[e] = unused;
                unused = e;
            } else {
                if (last == 0) {
                    first = e;
                } else {
                    nexts[last] = e;
                }
                last = e;
            }
            e = next;
        }
        if (last != 0) {
            nexts[last] = 0;
        }
        return first;
    }

    private boolean subset(long[] inner, int innerFrom, long[] outer, int outerFrom) {
        for (int b = split; b < blocks.count(); b++) {
            int innerId = layout.id(inner, innerFrom, b);
            int outerId = layout.id(outer, outerFrom, b);
            if (innerId != outerId && !blocks.table(b).subset(innerId, outerId)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the slot of the key's rest, or the empty one where it would be put. */
    private int slot(long hash, long[] keys, int from) {
        int mask = heads.length - 1;
        int slot = (int) hash & mask;
        while (heads[slot] != 0 && !sameRest(heads[slot] * words, keys, from)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean sameRest(int entryFrom, long[] keys, int from) {
        for (int w = 0; w < restWords; w++) {
            if (entries[entryFrom + w] != keys[from + w]) {
                return false;
            }
        }
        return true;
    }

    private int newEntry() {
        if (unused != 0) {
            int entry = unused;
            unused = nexts[entry];
            return entry;
        }
        if (used == nexts.length) {
            growEntries();
        }
        return used++;
    }

    private void growEntries() {
        int capacity = nexts.length + (nexts.length >> 1);
        int[] moreNexts = budget.ints(capacity);
        System.arraycopy(nexts, 0, moreNexts, 0, used);
        budget.free(nexts);
        nexts = moreNexts;
        long[] moreEntries = budget.longs((long) capacity * words);
        System.arraycopy(entries, 0, moreEntries, 0, used * words);
        budget.free(entries);
        entries = moreEntries;
    }

    private void growHeads() {
        int[] old = heads;
        heads = budget.ints(old.length * 2L);
        for (int head : old) {
            if (head != 0) {
                int from = head * words;
                long hash = restWords == 0 ? 0 : Hashing.key(entries, from, restWords);
                heads[slot(hash, entries, from)] = head;
            }
        }
        budget.free(old);
    }
}
