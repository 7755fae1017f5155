package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a search allocates and refuses what would exceed the limit.
 *
 * <p>Thread-safe. An allocation that the virtual machine refuses is treated like one that exceeds
 * the limit, so that a search ends with a result instead of an error.
 */
public final class MemoryBudget implements AutoCloseable {

    private static final int ARRAY_HEADER = 16;

    private final long limit;
    private final @Nullable MemoryBudget whole;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /** A budget of so many bytes. */
    public MemoryBudget(long limit) {
        this(limit, null);
    }

    private MemoryBudget(long limit, @Nullable MemoryBudget whole) {
        this.limit = limit;
        this.whole = whole;
    }

    /** Returns a budget within this one, for one part in {@code share} of it at most. */
    public MemoryBudget part(int share) {
        return new MemoryBudget(limit / share, this);
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    public long[] longs(long length) {
        int checked = reserve(length, Long.BYTES);
        try {
            return new long[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Long.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    public int[] ints(long length) {
        int checked = reserve(length, Integer.BYTES);
        try {
            return new int[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Integer.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Allocates, or throws {@link MemoryExhausted}. */
    public byte[] bytes(long length) {
        int checked = reserve(length, Byte.BYTES);
        try {
            return new byte[checked];
        } catch (OutOfMemoryError refused) {
            release(bytes(length, Byte.BYTES));
            throw new MemoryExhausted();
        }
    }

    /** Returns a longer array with the same content, and frees the old one unless it is empty. */
    public long[] grow(long[] array, long length) {
        long[] longer = longs(length);
        System.arraycopy(array, 0, longer, 0, array.length);
        if (array.length > 0) {
            free(array);
        }
        return longer;
    }

    /** Returns a longer array with the same content, and frees the old one unless it is empty. */
    public int[] grow(int[] array, long length) {
        int[] longer = ints(length);
        System.arraycopy(array, 0, longer, 0, array.length);
        if (array.length > 0) {
            free(array);
        }
        return longer;
    }

    /** Says that the array is no longer used. */
    public void free(long[] array) {
        release(bytes(array.length, Long.BYTES));
    }

    /** Says that the array is no longer used. */
    public void free(int[] array) {
        release(bytes(array.length, Integer.BYTES));
    }

    /** Says that the array is no longer used. */
    public void free(byte[] array) {
        release(bytes(array.length, Byte.BYTES));
    }

    /** Counts what somebody else has allocated, even beyond the limit: it is there. */
    public void add(long bytes) {
        raisePeak(used.addAndGet(bytes));
        if (whole != null) {
            whole.add(bytes);
        }
    }

    /** Takes as much of {@code bytes} as is left, and returns how much. Not for a part. */
    public long takeUpTo(long bytes) {
        long before = used.getAndUpdate(now -> now + Math.max(0, Math.min(bytes, limit - now)));
        return Math.max(0, Math.min(bytes, limit - before));
    }

    /** Gives back all that was taken: nobody uses it any more. */
    @Override
    public void close() {
        release(used.get());
    }

    /** Returns the bytes that are allocated. */
    public long usedBytes() {
        return used.get();
    }

    /** Returns the most bytes that were allocated at any time. */
    public long peakBytes() {
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

    /** Counts bytes that are allocated otherwise, or throws {@link MemoryExhausted}. */
    public void take(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            throw new MemoryExhausted();
        }
        if (whole != null) {
            takeFromWhole(whole, bytes);
        }
        raisePeak(now);
    }

    private void raisePeak(long now) {
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

    /** Says that what was counted is no longer used. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.release(bytes);
        }
    }

    private static long bytes(long length, int elementBytes) {
        return ARRAY_HEADER + length * elementBytes;
    }
}
