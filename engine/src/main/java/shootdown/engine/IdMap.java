package shootdown.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What becomes of the ids of a block, as far as it is known.
 *
 * <p>Threads: any number. Whoever gets a value sees what its writer had written before.
 */
final class IdMap {

    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(int[].class);

    private volatile int[] values = new int[64];

    /** Returns what becomes of an id, or 0 if that is not known. */
    int get(int id) {
        int[] known = values;
        return id < known.length ? (int) VALUE.getAcquire(known, id) : 0;
    }

    /** Notes it; the same for the same id whoever says it. */
    synchronized void put(int id, int value) {
        if (id >= values.length) {
            values = Arrays.copyOf(values, Math.max(id + 1, values.length * 2));
        }
        VALUE.setRelease(values, id, value);
    }
}
