package shootdown.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What becomes of the ids of a block, as far as it is known, and as far as memory allows.
 *
 * <p>Cost: 4 bytes for each id up to the greatest. Threads: any number. Whoever gets a value sees
 * what its writer had written before.
 */
final class IdMap {

    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int LEAST = 64;

    private final MemoryBudget budget;
    private volatile int[] values = {};

    /** Whether there is no memory for more ids. */
    private volatile boolean full;

    IdMap(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Returns what becomes of an id, or 0 if that is not known. */
    int get(int id) {
        int[] known = values;
        return id < known.length ? (int) VALUE.getAcquire(known, id) : 0;
    }

    /** Notes it if there is room; it is the same for the same id whoever says it. */
    void put(int id, int value) {
        if (id < values.length || !full) {
            note(id, value);
        }
    }

    private synchronized void note(int id, int value) {
        if (id < values.length || grow(id)) {
            VALUE.setRelease(values, id, value);
        }
    }

    private boolean grow(int id) {
        int[] old = values;
        try {
            int[] more = budget.ints(Math.max(Math.max(id + 1L, LEAST), old.length * 2L));
            System.arraycopy(old, 0, more, 0, old.length);
            values = more;
        } catch (MemoryExhausted exhausted) {
            full = true;
            return false;
        }
        if (old.length > 0) {
            budget.free(old);
        }
        return true;
    }
}
