package shootdown.engine;

import java.util.Arrays;

/**
 * A run of consecutive states of the frontier and the candidates that came out of them, in
 * canonical order. A candidate is a successor that may be new.
 *
 * <p>Threads: belongs to the worker that expands it; then, candidate by candidate, to the worker
 * that owns the candidate's shard; then to the coordinator.
 */
final class Chunk {

    /**
     * The mark of a candidate that was seen before. Before it is known, shard s is marked s + 1.
     */
    static final byte SEEN = 0;

    /** The mark of a candidate that is new, as far as is known. */
    static final byte NEW = -1;

    private static final int FIRST_CAPACITY = 64;

    private final int blocks;
    private final MemoryBudget budget;

    /** Block ids of the candidates, one after the other. */
    int[] ids;

    /** Packed keys of the candidates, once {@link #pack} was called. */
    long[] keys;

    byte[] marks;

    /** For each state, the number of candidates of this chunk that precede the next state's. */
    int[] ends;

    /** The number of candidates. */
    int size;

    /** The number of the first state, or {@link StateLog#NO_PARENT} if these are initial states. */
    int firstState;

    /** The number of states. */
    int states;

    long transitions;

    /** Whether all states were expanded. */
    boolean complete;

    /** Whether {@link #keys} are filled in. */
    boolean packed;

    /** What {@link Chunk}'s states and steps violate. */
    final ChunkViolations violations = new ChunkViolations();

    Chunk(int blocks, int states, MemoryBudget budget) {
        this.blocks = blocks;
        this.budget = budget;
        ids = budget.ints((long) FIRST_CAPACITY * blocks);
        keys = budget.longs(FIRST_CAPACITY);
        marks = budget.bytes(FIRST_CAPACITY);
        ends = budget.ints(states);
    }

    /** Begins a new run of states. */
    void reset(int newFirstState, int newStates) {
        firstState = newFirstState;
        states = newStates;
        size = 0;
        transitions = 0;
        complete = false;
        packed = false;
        violations.clear();
    }

    /** Makes room for one more candidate and returns the place of its ids. */
    int reserve() {
        if (size == marks.length) {
            grow();
        }
        return size * blocks;
    }

    /** Packs the keys of all candidates, and marks them: those that this worker met as seen. */
    void pack(KeyLayout layout, LastCandidates last) {
        pack(layout);
        last.use(layout);
        int words = layout.words();
        for (int c = 0; c < size; c++) {
            if (last.meet(keys, c * words)) {
                marks[c] = SEEN;
            }
        }
    }

    /** Packs the keys of all candidates, and marks them all as new. */
    void pack(KeyLayout layout) {
        int words = layout.words();
        if (keys.length < size * words) {
            long[] more = budget.longs((long) marks.length * words);
            budget.free(keys);
            keys = more;
        }
        for (int c = 0; c < size; c++) {
            layout.pack(ids, c * blocks, keys, c * words);
        }
        Arrays.fill(marks, 0, size, NEW);
        packed = true;
    }

    /** Returns how many of the first {@code end} candidates are new. */
    int countNew(int end) {
        int count = 0;
        for (int c = 0; c < end; c++) {
            count += marks[c] >>> 31;
        }
        return count;
    }

    private void grow() {
        int capacity = Math.multiplyExact(marks.length, 2);
        int[] moreIds = budget.ints((long) capacity * blocks);
        System.arraycopy(ids, 0, moreIds, 0, size * blocks);
        byte[] moreMarks = budget.bytes(capacity);
        budget.free(ids);
        ids = moreIds;
        budget.free(marks);
        marks = moreMarks;
    }
}
