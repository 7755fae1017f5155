package shootdown.engine;

/**
 * The shards that one worker merges, and its notes on the candidates of a chunk that belong there.
 * Used by one thread at a time.
 */
final class Share {

    private static final int FIRST_CAPACITY = 1024;

    private final MemoryBudget budget;
    private final int first;
    private final int end;

    /** The places of the candidates in their chunk, in order. */
    int[] candidates;

    /** The hash of each. */
    long[] hashes;

    /** Takes what was read ahead, so that reading is not optimised away. */
    long sink;

    /** Makes the share of worker {@code worker} of {@code workers}. */
    Share(int worker, int workers, MemoryBudget budget) {
        this.budget = budget;
        first = worker * VisitedStates.SHARDS / workers;
        end = (worker + 1) * VisitedStates.SHARDS / workers;
        candidates = budget.ints(FIRST_CAPACITY);
        hashes = budget.longs(FIRST_CAPACITY);
    }

    /** Notes which candidates of a chunk belong to this share, and returns how many. */
    int select(Chunk chunk) {
        if (candidates.length < chunk.size) {
            grow(chunk.marks.length);
        }
        byte[] marks = chunk.marks;
        int count = 0;
        for (int c = 0; c < chunk.size; c++) {
            int shard = marks[c] - 1;
            candidates[count] = c;
            count += shard >= first && shard < end ? 1 : 0;
        }
        return count;
    }

    private void grow(int capacity) {
        int[] moreCandidates = budget.ints(capacity);
        long[] moreHashes = budget.longs(capacity);
        budget.free(candidates);
        candidates = moreCandidates;
        budget.free(hashes);
        hashes = moreHashes;
    }
}
