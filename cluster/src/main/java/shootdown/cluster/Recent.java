package shootdown.cluster;

import shootdown.engine.MemoryBudget;

/**
 * The states that a member sent last. One that is sent again need not travel: its owner has it, or
 * will have it before the second one would count, since candidates count in the order of sending.
 */
final class Recent {
    private static final int SLOTS = 1 << 14;

    private final int width;
    private final int[] states;

    /** A filter for states of {@code width} block ids. */
    Recent(int width, MemoryBudget budget) {
        this.width = width;
        states = budget.ints((long) SLOTS * width);
    }

    /** Returns whether the state is one of the last; it is from now on. */
    boolean has(int[] ids, int from) {
        int hash = 0;
        for (int b = 0; b < width; b++) {
            hash = (hash ^ ids[from + b]) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        int at = (hash & (SLOTS - 1)) * width;
        boolean same = true;
        for (int b = 0; b < width; b++) {
            same &= states[at + b] == ids[from + b];
            states[at + b] = ids[from + b];
        }
        return same;
    }
}
