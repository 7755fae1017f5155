package shootdown.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Keeps records of ints, each found by the key that it begins with.
 *
 * <p>Structure: open addressing; a slot holds the hash and the place of the record, and records lie
 * in segments that never move. Threads: reading takes no lock; a record is added under one. Bounded
 * by its budget: a full table adds nothing more.
 */
class AnswerTable {

    /** No record. */
    static final int NONE = 0;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int FIRST_SLOTS = 1024;
    private static final int SEGMENT_BITS = 14;
    private static final int SEGMENT_SIZE = 1 << SEGMENT_BITS;
    private static final int MOST_SEGMENTS = (Integer.MAX_VALUE >>> SEGMENT_BITS) - 1;
    private static final int SEGMENT_MASK = SEGMENT_SIZE - 1;

    private final MemoryBudget budget;
    private volatile long[] slots;
    private volatile int[][] segments = new int[16][];
    private int used;
    private int records;
    private int end = 1;
    private boolean full;

    AnswerTable(MemoryBudget budget) {
        this.budget = budget;
        slots = budget.longs(FIRST_SLOTS);
    }

    /** Hashes the first {@code length} ints of a key. */
    static int hash(int[] key, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ key[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ (hash >>> 32));
    }

    /** Returns where the record with this key goes on behind the key, or {@link #NONE}. */
    int find(int[] key, int length, int hash) {
        long[] table = slots;
        int mask = table.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            long slot = (long) SLOT.getAcquire(table, i);
            if (slot == 0) {
                return NONE;
            }
            if ((int) (slot >>> 32) == hash && holds((int) slot, key, length)) {
                return (int) slot + length;
            }
        }
    }

    /** Reads what {@link #find} will, so that it is in the processor's cache then. */
    int readAhead(int hash) {
        long[] table = slots;
        int place = (int) (long) SLOT.getAcquire(table, hash & table.length - 1);
        return place == NONE ? NONE : segment(place)[index(place)];
    }

    /** Returns the segment that holds a place of a record; all of a record is in one. */
    int[] segment(int place) {
        return segments[place >>> SEGMENT_BITS];
    }

    /** Returns where a place is in its segment. */
    static int index(int place) {
        return place & SEGMENT_MASK;
    }

    /** Returns an int of a record that may be changed meanwhile. */
    int get(int place) {
        return (int) INT.getAcquire(segment(place), index(place));
    }

    /** Changes an int of a record; the caller holds this table's lock. */
    void set(int place, int value) {
        INT.setRelease(segment(place), index(place), value);
    }

    /**
     * Adds a record, a key and the rest, unless there is one with the key.
     *
     * @return where the record goes on behind the key, or {@link #NONE} if it has no room
     */
    synchronized int add(
            int[] key, int keyLength, int hash, int[] rest, int restFrom, int restLength) {
        int known = find(key, keyLength, hash);
        if (known != NONE) {
            return known;
        }
        int place = reserve(keyLength + restLength);
        if (place == NONE || !growSlots()) {
            return NONE;
        }
        store(place, key, 0, keyLength);
        store(place + keyLength, rest, restFrom, restLength);
        publish(place, hash);
        records++;
        return place + keyLength;
    }

    /** Writes ints of a record, which nobody can find yet. */
    void store(int place, int[] words, int from, int count) {
        System.arraycopy(words, from, segment(place), index(place), count);
    }

    /** Lets a record be found. */
    final void publish(int place, int hash) {
        put(slots, ((long) hash << 32) | place);
    }

    private int reserve(int length) {
        int room = SEGMENT_SIZE - index(end);
        int place = length <= room ? end : end + room;
        if (full || length > SEGMENT_SIZE || !hasSegment(place)) {
            return NONE;
        }
        end = place + length;
        return place;
    }

    private boolean hasSegment(int place) {
        int segment = place >>> SEGMENT_BITS;
        if (segment == MOST_SEGMENTS) {
            full = true;
            return false;
        }
        if (segment == used) {
            int[][] more = segments;
            if (segment == more.length) {
                more = Arrays.copyOf(more, 2 * segment);
            }
            try {
                more[segment] = budget.ints(SEGMENT_SIZE);
            } catch (MemoryExhausted exhausted) {
                full = true;
                return false;
            }
            segments = more;
            used++;
        }
        return true;
    }

    private boolean holds(int place, int[] key, int length) {
        int[] segment = segment(place);
        int at = index(place);
        for (int i = 0; i < length; i++) {
            if (segment[at + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** Makes room for one more slot if there is any to be had. */
    private boolean growSlots() {
        long[] old = slots;
        if ((records + 1L) * 2 <= old.length) {
            return true;
        }
        long[] grown;
        try {
            grown = budget.longs(old.length * 2L);
        } catch (MemoryExhausted exhausted) {
            full = true;
            return false;
        }
        for (long slot : old) {
            if (slot != 0) {
                put(grown, slot);
            }
        }
        slots = grown;
        budget.free(old);
        return true;
    }

    private static void put(long[] table, long slot) {
        int mask = table.length - 1;
        int i = (int) (slot >>> 32) & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        SLOT.setRelease(table, i, slot);
    }
}
