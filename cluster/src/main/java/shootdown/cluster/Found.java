package shootdown.cluster;

import shootdown.engine.MemoryBudget;

/** States with a key each, in the order of keys: what one member sends to another in a round. */
final class Found {
    private static final int[] NOTHING = {};
    private static final int FIRST_CAPACITY = 64;

    private final int width;
    private final MemoryBudget budget;
    final Longs keys;
    private int[] ids = NOTHING;

    Found(int width, MemoryBudget budget) {
        this.width = width;
        this.budget = budget;
        keys = new Longs(budget);
    }

    void add(long key, int[] from, int at) {
        int begin = keys.size() * width;
        if (begin + width > ids.length) {
            ids = budget.grow(ids, Math.max((long) FIRST_CAPACITY * width, 2L * ids.length));
        }
        System.arraycopy(from, at, ids, begin, width);
        keys.add(key);
    }

    int[] ids() {
        return ids;
    }
}
