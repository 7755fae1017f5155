package shootdown.engine;

import java.util.Arrays;

/**
 * A set of keys in which a key is also found if one that covers it is there: one with the same rest
 * whose set blocks are supersets.
 *
 * <p>Structure: for each shard, an open-addressed table of rests; each leads to a list of the
 * greatest sets that were added with it. Cost: one probe, and a walk over the list that compares
 * ids and, where they differ, contents. Threads: see {@link VisitedStates}.
 */
final class CoveredStates implements VisitedStates {

    private final Blocks blocks;
    private final int split;
    private final MemoryBudget budget;
    private final CoverShard[] shards = new CoverShard[SHARDS];
    private KeyLayout layout;

    CoveredStates(Blocks blocks, int split, KeyLayout layout, MemoryBudget budget) {
        this.blocks = blocks;
        this.split = split;
        this.layout = layout;
        this.budget = budget;
        fill();
    }

    @Override
    public void mark(Chunk chunk) {
        int words = layout.words();
        for (int c = 0; c < chunk.size; c++) {
            if (chunk.marks[c] == Chunk.NEW) {
                chunk.marks[c] = (byte) (shard(hash(chunk.keys, c * words)) + 1);
            }
        }
    }

    @Override
    public void merge(Chunk chunk, Share share) {
        int count = share.select(chunk);
        int words = layout.words();
        for (int i = 0; i < count; i++) {
            int c = share.candidates[i];
            long hash = hash(chunk.keys, c * words);
            boolean added = shards[shard(hash)].add(hash, chunk.keys, c * words);
            chunk.marks[c] = added ? Chunk.NEW : Chunk.SEEN;
        }
    }

    @Override
    public void clear() {
        for (CoverShard shard : shards) {
            shard.free();
        }
    }

    @Override
    public void rebuild(KeyLayout newLayout, StateLog log) {
        layout = newLayout;
        fill();
        for (int state = 0; state < log.size(); state++) {
            log.hold(state, 1);
            long[] keys = log.keyArray(state);
            int at = log.keyOffset(state);
            long hash = hash(keys, at);
            shards[shard(hash)].add(hash, keys, at);
        }
    }

    private void fill() {
        Arrays.setAll(shards, s -> new CoverShard(blocks, split, layout, budget));
    }

    /** Hashes the rest alone: states that may cover one another are in one shard. */
    private long hash(long[] keys, int from) {
        return layout.restWords() == 0 ? 0 : Hashing.key(keys, from, layout.restWords());
    }

    private static int shard(long hash) {
        return (int) (hash >>> 58);
    }
}
