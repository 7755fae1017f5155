package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what the engine allocates and refuses what would exceed the limit.
 *
 * <p>Thread-safe. An allocation that the virtual machine refuses is treated like one that exceeds
 * the limit, so that a search ends with a result instead of an error.
 */
final class MemoryBudget {

    private static final int ARRAY_HEADER = 16;

    private final long limit;
    private final @Nullable MemoryBudget whole;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    MemoryBudget(long limit) {
        this(limit, null);
    }

    private MemoryBudget(long limit, @Nullable MemoryBudget whole) {
        this.limit = limit;
        this.whole = whole;
    }

    /** Returns a budget within this one, for one part in {@code share} of it at most. */
    MemoryBudget part(int share) {
        return new MemoryBudget(limit / share, this);
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    long[] longs(long length) {
        int checked = reserve(length, Long.BYTES);
        try {
            return new long[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Long.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    int[] ints(long length) {
        int checked = reserve(length, Integer.BYTES);
        try {
            return new int[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Integer.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    byte[] bytes(long length) {
        int checked = reserve(length, Byte.BYTES);
        try {
            return new byte[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Byte.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Says that the array is no longer used. */
    void free(long[] array) {
        release(bytes(array.length, Long.BYTES));
    }

    /** Says that the array is no longer used. */
    void free(int[] array) {
        release(bytes(array.length, Integer.BYTES));
    }

    /** Says that the array is no longer used. */
    void free(byte[] array) {
        release(bytes(array.length, Byte.BYTES));
    }

    /** Returns the most bytes that were allocated at any time. */
    long peakBytes() {
        return peak.get();
    }

    /** Returns whether only an eighth is left. */
    boolean isNearlyUsed() {
        return used.get() > limit - limit / 8;
    }

    private int reserve(long length, int elementBytes) {
        if (length > Integer.MAX_VALUE - ARRAY_HEADER) {
            throw new MemoryExhausted();
        }
        take(bytes(length, elementBytes));
        return (int) length;
    }

    private void take(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            throw new MemoryExhausted();
        }
        if (whole != null) {
            takeFromWhole(whole, bytes);
        }
        if (now > peak.get()) {
            peak.accumulateAndGet(now, Math::max);
        }
    }

    private void takeFromWhole(MemoryBudget from, long bytes) {
        try {
            from.take(bytes);
        } catch (MemoryExhausted exhausted) {
            used.addAndGet(-bytes);
            throw exhausted;
        }
    }

    private void release(long bytes) {
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.release(bytes);
        }
    }

    private static long bytes(long length, int elementBytes) {
        return ARRAY_HEADER + length * elementBytes;
    }
}
