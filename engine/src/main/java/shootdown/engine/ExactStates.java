package shootdown.engine;

import java.util.Arrays;

/**
 * A set of exact keys.
 *
 * <p>Structure: a key is hashed one to one: its first word, mixed with the others, goes through a
 * permutation of 64 bits. The first bits of the hash are the shard; an {@link ExactTable} stores
 * the others in 6 or 7 bytes. Tables grow by a quarter when they are four fifths full, one shard at
 * a time, so that little is ever allocated twice. Cost: 8 to 10 bytes a key of one word; one cache
 * miss a look-up. Threads: see {@link VisitedStates}.
 *
 * <p>Rejected: whole keys in the table (twice the size); a table of numbers that lead to keys in
 * the log (as small, but two cache misses a look-up instead of one); doubling (half of the table is
 * empty half of the time).
 */
final class ExactStates implements VisitedStates {

    private static final int FIRST_CAPACITY = 32;
    private static final int SHARD_BITS = 6;
    private static final int HASH_BITS = Long.SIZE - SHARD_BITS;

    private final MemoryBudget budget;
    private final ExactTable[] tables = new ExactTable[SHARDS];
    private final int[] sizes = new int[SHARDS];
    private int words;

    ExactStates(KeyLayout layout, MemoryBudget budget) {
        this.budget = budget;
        words = layout.words();
        Arrays.setAll(tables, s -> table(FIRST_CAPACITY));
    }

    @Override
    public void mark(Chunk chunk) {
        for (int c = 0; c < chunk.size; c++) {
            if (chunk.marks[c] == Chunk.NEW) {
                int shard = shard(Hashing.key(chunk.keys, c * words, words));
                chunk.marks[c] = (byte) (shard + 1);
            }
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
            boolean added = add(share.hashes[i], chunk.keys, c * words);
            chunk.marks[c] = added ? Chunk.NEW : Chunk.SEEN;
        }
    }

    private void readAhead(Chunk chunk, Share share, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            long hash = Hashing.key(chunk.keys, share.candidates[i] * words, words);
            share.hashes[i] = hash;
            read += tables[shard(hash)].readAhead(within(hash));
        }
        share.sink += read;
    }

    @Override
    public void clear() {
        clear(FIRST_CAPACITY);
    }

    private void clear(int capacity) {
        for (int s = 0; s < SHARDS; s++) {
            tables[s].free(budget);
            tables[s] = table(capacity);
            sizes[s] = 0;
        }
    }

    @Override
    public void rebuild(KeyLayout layout, StateLog log) {
        words = layout.words();
        clear(Math.max(FIRST_CAPACITY, (int) (log.size() * 1.3 / SHARDS)));
        for (int state = 0; state < log.size(); state++) {
            add(log, state);
        }
    }

    /** Adds a state of the log. */
    void add(StateLog log, int state) {
        long[] keys = log.keyArray(state);
        int at = log.keyOffset(state);
        add(Hashing.key(keys, at, words), keys, at);
    }

    /** Forgets all states; the next to come have keys of this layout. */
    void clear(KeyLayout layout) {
        words = layout.words();
        clear();
    }

    /** Returns the number of states. */
    int size() {
        return Arrays.stream(sizes).sum();
    }

    /** Appends all states to a sorted run. */
    void writeTo(SortedRun.Writer run) {
        for (int s = 0; s < SHARDS; s++) {
            tables[s].writeTo(run, (long) s << HASH_BITS);
        }
    }

    /** Flags a state, by the hash of its key and the words after the first, if it is there. */
    void flag(long hash, long[] rest) {
        tables[shard(hash)].flag(within(hash), rest, 0);
    }

    /** Returns whether a state, which is there, is flagged. */
    boolean isFlagged(long[] keys, int at) {
        long hash = Hashing.key(keys, at, words);
        return tables[shard(hash)].isFlagged(within(hash), keys, at + 1);
    }

    private boolean add(long hash, long[] keys, int from) {
        int shard = shard(hash);
        if (sizes[shard] * 5L > tables[shard].capacity() * 4L) {
            grow(shard);
        }
        int answer = tables[shard].add(within(hash), keys, from + 1);
        while (answer == ExactTable.FULL) {
            grow(shard);
            answer = tables[shard].add(within(hash), keys, from + 1);
        }
        sizes[shard] += answer == ExactTable.ADDED ? 1 : 0;
        return answer == ExactTable.ADDED;
    }

    private void grow(int shard) {
        ExactTable old = tables[shard];
        ExactTable grown = table(old.capacity() + old.capacity() / 4);
        while (!old.copyTo(grown)) {
            grown.free(budget);
            grown = table(grown.capacity() + grown.capacity() / 4);
        }
        tables[shard] = grown;
        old.free(budget);
    }

    private ExactTable table(int capacity) {
        return new ExactTable(HASH_BITS, words - 1, capacity, budget);
    }

    private static int shard(long hash) {
        return (int) (hash >>> HASH_BITS);
    }

    /** The hash within its shard. */
    private static long within(long hash) {
        return hash & ((1L << HASH_BITS) - 1);
    }
}
