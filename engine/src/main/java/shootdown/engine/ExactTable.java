package shootdown.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash table that stores what the place of a key does not tell: the table of one shard of {@link
 * ExactStates}.
 *
 * <p>Structure: linear probing, kept in the order of hashes (Robin Hood hashing). The first 32 bits
 * of a hash, scaled to the capacity, are its home slot. A slot holds a code: how far the entry lies
 * from its home, and the bits of the hash that the home leaves open. So slot and code give back the
 * whole hash, and as hashes come from keys one to one, nothing is ever taken for something else.
 * One more bit flags entries. The other words of longer keys follow as they are. Cost: a slot of 6
 * or 7 bytes for a key of one word. Threads: one writer, while nobody reads.
 *
 * <p>The distance is counted down from {@link #NEAREST}, so that along a run of slots codes are in
 * the order of hashes, a key that probes a slot further compares by subtracting one {@link #step},
 * and 0 is an empty slot.
 */
final class ExactTable {

    /** What {@link #add} answers. */
    static final int ADDED = 0;

    static final int PRESENT = 1;

    /** An entry would come to lie too far from home: the table must grow. */
    static final int FULL = 2;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int DISTANCE_BITS = 6;
    private static final long NEAREST = (1 << DISTANCE_BITS) - 1;
    private static final int SCALED_BITS = 32;

    private final int capacity;
    private final int shift;
    private final int tailBits;

    /** 2 to the power of 64, divided by the capacity: its product is at most 1 too low. */
    private final long reciprocal;

    private final int openBits;
    private final int restWords;
    private final int codeBytes;
    private final int slotBytes;
    private final long codeMask;
    private final long flag;

    /** The difference between codes that differ by one slot of distance. */
    private final long step;

    private final byte[] slots;

    /**
     * @param hashBits the bits of a hash, 32 to 58
     * @param restWords the words of a key that the hash does not stand for
     */
    ExactTable(int hashBits, int restWords, int capacity, MemoryBudget budget) {
        this.capacity = capacity;
        this.restWords = restWords;
        shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(capacity);
        tailBits = hashBits - SCALED_BITS;
        reciprocal = Long.divideUnsigned(-1, capacity);
        openBits = hashBits - shift;
        int codeBits = DISTANCE_BITS + openBits;
        step = 1L << openBits;
        codeMask = (1L << codeBits) - 1;
        flag = 1L << codeBits;
        codeBytes = (codeBits + Byte.SIZE) / Byte.SIZE;
        slotBytes = codeBytes + restWords * Long.BYTES;
        slots = budget.bytes((capacity + NEAREST) * slotBytes + Long.BYTES);
    }

    int capacity() {
        return capacity;
    }

    void free(MemoryBudget budget) {
        budget.free(slots);
    }

    /** Reads the home slot of a hash, so that it is in the processor's cache later. */
    byte readAhead(long hash) {
        return slots[(int) (((hash >>> tailBits) * capacity) >>> SCALED_BITS) * slotBytes];
    }

    /** Adds a key, whose words after the first begin at {@code key[rest]}. */
    int add(long hash, long[] key, int rest) {
        long product = (hash >>> tailBits) * capacity;
        int at = (int) (product >>> SCALED_BITS) * slotBytes;
        long code = nearestCode(product, hash);
        int order = order(at, code, key, rest);
        while (order < 0) {
            at += slotBytes;
            code -= step;
            order = order(at, code, key, rest);
        }
        if (order == 0) {
            return PRESENT;
        }
        if (code < step || !shiftFrom(at)) {
            return FULL;
        }
        setEntry(at, code);
        for (int w = 0; w < restWords; w++) {
            LONG.set(slots, at + codeBytes + w * Long.BYTES, key[rest + w]);
        }
        return ADDED;
    }

    /** Flags a key if it is there. */
    void flag(long hash, long[] key, int rest) {
        int at = find(hash, key, rest);
        if (at >= 0) {
            LONG.set(slots, at, (long) LONG.get(slots, at) | flag);
        }
    }

    /** Returns whether a key, which is there, is flagged. */
    boolean isFlagged(long hash, long[] key, int rest) {
        return ((long) LONG.get(slots, find(hash, key, rest)) & flag) != 0;
    }

    /** Returns the place of a key, or -1 if it is not there. */
    private int find(long hash, long[] key, int rest) {
        long product = (hash >>> tailBits) * capacity;
        int at = (int) (product >>> SCALED_BITS) * slotBytes;
        long code = nearestCode(product, hash);
        int order = order(at, code, key, rest);
        while (order < 0) {
            at += slotBytes;
            code -= step;
            order = order(at, code, key, rest);
        }
        return order == 0 ? at : -1;
    }

    /**
     * Copies all entries to an empty table. They come in the order of hashes, so each goes to its
     * home or behind the last. Returns whether they had room.
     */
    boolean copyTo(ExactTable target) {
        int next = 0;
        for (int slot = 0; slot < capacity + NEAREST; slot++) {
            int at = slot * slotBytes;
            if (code(at) != 0) {
                long hash = hash(slot);
                long product = (hash >>> target.tailBits) * target.capacity;
                int home = (int) (product >>> SCALED_BITS);
                next = Math.max(next, home);
                long code = target.nearestCode(product, hash) - (next - home) * target.step;
                if (code < target.step) {
                    return false;
                }
                int to = next * target.slotBytes;
                boolean flagged = ((long) LONG.get(slots, at) & flag) != 0;
                target.setEntry(to, flagged ? code | target.flag : code);
                for (int w = 0; w < restWords * Long.BYTES; w++) {
                    target.slots[to + target.codeBytes + w] = slots[at + codeBytes + w];
                }
                next++;
            }
        }
        return true;
    }

    /** Hands out all entries, in order. */
    void writeTo(SortedRun.Writer run, long shard) {
        long[] rest = new long[restWords];
        for (int slot = 0; slot < capacity + NEAREST; slot++) {
            int at = slot * slotBytes;
            if (code(at) != 0) {
                for (int w = 0; w < restWords; w++) {
                    rest[w] = (long) LONG.get(slots, at + codeBytes + w * Long.BYTES);
                }
                run.append(shard | hash(slot), rest, 0);
            }
        }
    }

    /** The order of the entry at a place and a key that probes it: positive if it is empty. */
    private int order(int at, long code, long[] key, int rest) {
        long there = code(at);
        if (there != code || restWords == 0) {
            return Long.compareUnsigned(there - 1, code - 1); // 0 becomes the greatest
        }
        for (int w = 0; w < restWords; w++) {
            long word = (long) LONG.get(slots, at + codeBytes + w * Long.BYTES);
            int order = Long.compare(word, key[rest + w]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** The code at home. Hashes with one home differ in the bits of the product that are kept. */
    private long nearestCode(long product, long hash) {
        long head = (product & ((1L << SCALED_BITS) - 1)) >>> shift;
        return NEAREST << openBits | head << tailBits | (hash & ((1L << tailBits) - 1));
    }

    /** The hash of the entry in a slot: undoes {@link #nearestCode}. */
    private long hash(int slot) {
        long code = code(slot * slotBytes);
        long home = slot - (NEAREST - (code >>> openBits));
        long open = code & (step - 1);
        long product = home << SCALED_BITS | open >>> tailBits << shift;
        long head = Math.unsignedMultiplyHigh(product, reciprocal);
        while (head * capacity < product) {
            head++;
        }
        return head << tailBits | (open & ((1L << tailBits) - 1));
    }

    /**
     * Moves the entries from a place to the next empty one, if none of them is as far as can be.
     */
    private boolean shiftFrom(int from) {
        int empty = from;
        for (long there = code(empty); there != 0; there = code(empty)) {
            if (there < 2 * step) {
                return false;
            }
            empty += slotBytes;
        }
        if (empty > from) {
            System.arraycopy(slots, from, slots, from + slotBytes, empty - from);
            for (int moved = from + slotBytes; moved <= empty; moved += slotBytes) {
                setCode(moved, code(moved) - step);
            }
        }
        return true;
    }

    private void setEntry(int at, long entry) {
        LONG.set(slots, at, ((long) LONG.get(slots, at) & ~(codeMask | flag)) | entry);
    }

    private long code(int at) {
        return (long) LONG.get(slots, at) & codeMask;
    }

    private void setCode(int at, long code) {
        LONG.set(slots, at, ((long) LONG.get(slots, at) & ~codeMask) | code);
    }
}
