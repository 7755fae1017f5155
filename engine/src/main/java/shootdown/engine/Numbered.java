package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Things by their numbers, which are small.
 *
 * <p>Structure: an array that doubles. Threads: any number; getting takes no lock. Whoever hears of
 * a number from somebody who had the thing has it too.
 */
final class Numbered<T> {

    private static final VarHandle THING = MethodHandles.arrayElementVarHandle(Object[].class);

    private volatile @Nullable Object[] things = new Object[16];

    /** Returns a thing that has been put. */
    T get(int number) {
        T thing = find(number);
        if (thing == null) {
            throw new IllegalStateException("nothing has the number " + number);
        }
        return thing;
    }

    /** Returns a thing, or null if it has not been put. */
    @SuppressWarnings("unchecked") // only things of type T are put
    @Nullable T find(int number) {
        @Nullable Object[] known = things;
        return number < known.length ? (T) THING.getAcquire(known, number) : null;
    }

    /** Gives a thing its number. */
    synchronized void put(int number, T thing) {
        @Nullable Object[] known = things;
        if (number >= known.length) {
            known = Arrays.copyOf(known, Math.max(number + 1, 2 * known.length));
            things = known;
        }
        THING.setRelease(known, number, thing);
    }
}
