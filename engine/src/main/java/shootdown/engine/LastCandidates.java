package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The keys of the candidates that one worker met last in a round. Most successors come again soon:
 * two steps of which neither hinders the other lead to the same state in either order, from states
 * that lie close together. A candidate that is here need not be looked up among all states.
 *
 * <p>Structure: a table in the processor's first cache, a slot for each hash, in which the later of
 * two keys stays. Threads: belongs to a worker. It takes its chunks in order, so what it met before
 * precedes in the canonical order too. {@code SearchBenchmark} pays for it.
 */
final class LastCandidates {

    private static final int SLOTS = 4 * 1024;
    private static final int SLOTS_PER_STATE = 4;

    private final MemoryBudget budget;

    /** Keys, one after the other. No word of a key is 0. */
    private long[] keys;

    private @Nullable KeyLayout layout;
    private int words;
    private int mask;

    LastCandidates(MemoryBudget budget) {
        this.budget = budget;
        keys = budget.longs(SLOTS);
    }

    /** Forgets all, before a round of {@code states} states. */
    void begin(int states) {
        mask = Integer.highestOneBit(Math.clamp((long) states * SLOTS_PER_STATE, 1, SLOTS)) - 1;
        layout = null;
    }

    /** Keys have this layout from now on. What was met with another is forgotten. */
    void use(KeyLayout current) {
        if (layout == current) {
            return;
        }
        layout = current;
        words = current.words();
        int length = (mask + 1) * words;
        if (keys.length < length) {
            long[] more = budget.longs(length);
            budget.free(keys);
            keys = more;
        }
        Arrays.fill(keys, 0, length, 0);
    }

    /** Returns whether a key is one of the last; from now on it is. */
    boolean meet(long[] of, int from) {
        int slot = (int) Hashing.key(of, from, words) & mask;
        boolean same = true;
        for (int w = 0; w < words; w++) {
            int at = slot * words + w;
            same &= keys[at] == of[from + w];
            keys[at] = of[from + w];
        }
        return same;
    }
}
