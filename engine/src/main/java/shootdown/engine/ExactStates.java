package shootdown.engine;

/**
 * A set of exact keys.
 *
 * <p>Structure: for each shard, open addressing with linear probing; keys lie in the table itself,
 * so that a probe is one cache miss. A slot is the hash scaled to the capacity, so capacities need
 * not be powers of two and grow by a half: 11 to 16 bytes for each word of a key. Threads: see
 * {@link VisitedStates}.
 */
final class ExactStates implements VisitedStates {

    private static final int FIRST_CAPACITY = 32;
    private static final long[] NOTHING = {};

    private final MemoryBudget budget;
    private final long[][] tables = new long[SHARDS][];
    private final int[] sizes = new int[SHARDS];
    private final int[] capacities = new int[SHARDS];
    private int words;

    ExactStates(KeyLayout layout, MemoryBudget budget) {
        this.budget = budget;
        words = layout.words();
        for (int s = 0; s < SHARDS; s++) {
            capacities[s] = FIRST_CAPACITY;
            tables[s] = budget.longs((long) FIRST_CAPACITY * words);
        }
    }

    @Override
    public void mark(Chunk chunk) {
        for (int c = 0; c < chunk.size; c++) {
            int shard = shard(Hashing.key(chunk.keys, c * words, words));
            chunk.marks[c] = (byte) (shard + 1);
        }
    }

    /**
     * Merges in two passes: the first reads each candidate's slot and uses nothing of it, so that
     * the cache misses of many candidates overlap; {@code VisitedStatesBenchmark} pays for it.
     */
    @Override
    public void merge(Chunk chunk, Share share) {
        int count = share.select(chunk);
        readAhead(chunk, share, count);
        for (int i = 0; i < count; i++) {
            int c = share.candidates[i];
            int shard = chunk.marks[c] - 1;
            boolean added = add(shard, share.hashes[i], chunk.keys, c * words);
            chunk.marks[c] = added ? Chunk.NEW : Chunk.SEEN;
        }
    }

    private void readAhead(Chunk chunk, Share share, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            long hash = Hashing.key(chunk.keys, share.candidates[i] * words, words);
            int shard = shard(hash);
            share.hashes[i] = hash;
            read += tables[shard][slot(hash, capacities[shard]) * words];
        }
        share.sink += read;
    }

    @Override
    public void clear() {
        for (int s = 0; s < SHARDS; s++) {
            budget.free(tables[s]);
            tables[s] = NOTHING;
            sizes[s] = 0;
        }
    }

    @Override
    public void rebuild(KeyLayout layout, StateLog log) {
        words = layout.words();
        for (int s = 0; s < SHARDS; s++) {
            tables[s] = budget.longs((long) capacities[s] * words);
        }
        for (int state = 0; state < log.size(); state++) {
            long[] keys = log.keyArray(state);
            int at = log.keyOffset(state);
            long hash = Hashing.key(keys, at, words);
            add(shard(hash), hash, keys, at);
        }
    }

    private boolean add(int shard, long hash, long[] keys, int from) {
        int at = find(tables[shard], capacities[shard], hash, keys, from);
        if (at < 0) {
            return false;
        }
        if ((sizes[shard] + 1L) * 4 > capacities[shard] * 3L) {
            grow(shard);
            at = find(tables[shard], capacities[shard], hash, keys, from);
        }
        System.arraycopy(keys, from, tables[shard], at, words);
        sizes[shard]++;
        return true;
    }

    /** Returns the place where the key would be put, or -1 if it is there. */
    private int find(long[] table, int capacity, long hash, long[] keys, int from) {
        int at = slot(hash, capacity) * words;
        while (table[at] != 0) {
            if (equal(table, at, keys, from)) {
                return -1;
            }
            at += words;
            if (at == table.length) {
                at = 0;
            }
        }
        return at;
    }

    private boolean equal(long[] table, int at, long[] keys, int from) {
        for (int w = 0; w < words; w++) {
            if (table[at + w] != keys[from + w]) {
                return false;
            }
        }
        return true;
    }

    private void grow(int shard) {
        long[] old = tables[shard];
        long capacity = capacities[shard] * 3L / 2;
        long[] grown = budget.longs(capacity * words);
        capacities[shard] = (int) capacity;
        tables[shard] = grown;
        for (int at = 0; at < old.length; at += words) {
            if (old[at] != 0) {
                int to = find(grown, (int) capacity, Hashing.key(old, at, words), old, at);
                System.arraycopy(old, at, grown, to, words);
            }
        }
        budget.free(old);
    }

    private static int shard(long hash) {
        return (int) (hash >>> 58);
    }

    private static int slot(long hash, int capacity) {
        return (int) (((hash & 0xFFFF_FFFFL) * capacity) >>> 32);
    }
}
