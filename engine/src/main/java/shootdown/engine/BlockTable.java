package shootdown.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Interns the contents of one block: equal contents get one small id, counted from 1.
 *
 * <p>A block of few bits is its own id, less one, and nothing is kept of it.
 *
 * <p>Structure: open addressing; a slot holds 32 bits of the hash and the id, contents lie in
 * segments that never move. Cost: one probe and one comparison for a known content. Threads: reads
 * take no lock; a content that is not found is added under one.
 */
class BlockTable {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long ID_MASK = 0xFFFF_FFFFL;
    private static final int FIRST_SLOTS = 64;
    private static final int SEGMENT_BITS = 8;
    private static final int SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;

    /** The most bits of a block that is its own id. */
    private static final int FEW_BITS = 16;

    private final int length;
    private final int bits;
    private final boolean isOwnId;
    private final long[] multipliers;
    private final MemoryBudget budget;
    private volatile long[] slots;
    private long[][] segments = new long[4][];
    private volatile int count;

    BlockTable(int length, MemoryBudget budget) {
        this(length, Long.SIZE, budget);
    }

    /**
     * @param bits how many bits a content has, if it is a single long whose higher bits are 0
     */
    BlockTable(int length, int bits, MemoryBudget budget) {
        this.length = length;
        this.bits = bits;
        isOwnId = length == 1 && bits <= FEW_BITS;
        count = isOwnId ? 1 << bits : 0;
        this.budget = budget;
        multipliers = Hashing.multipliers(length);
        this.slots = budget.longs(FIRST_SLOTS);
    }

    /** Returns the length of a content in longs. */
    int length() {
        return length;
    }

    /** Returns the number of contents, which is also the greatest id. */
    int count() {
        return count;
    }

    /** Returns the id of {@code words[from..from + length)}. */
    int intern(long[] words, int from) {
        if (isOwnId) {
            return ownId(words[from]);
        }
        long hash = Hashing.block(words, from, multipliers);
        int id = find(slots, hash, words, from);
        return id != 0 ? id : add(hash, words, from);
    }

    private int ownId(long content) {
        if (content >>> bits != 0) {
            throw new IllegalStateException("a block has more than " + bits + " bits");
        }
        return (int) content + 1;
    }

    /** Copies the content of an id. */
    void read(int id, long[] words, int from) {
        int index = id - 1;
        if (isOwnId) {
            words[from] = index;
            return;
        }
        System.arraycopy(
                segments[index >>> SEGMENT_BITS],
                (index & SEGMENT_MASK) * length,
                words,
                from,
                length);
    }

    /** Returns whether the set {@code inner} is contained in the set {@code outer}. */
    boolean subset(int inner, int outer) {
        if (isOwnId) {
            return (inner - 1 & ~(outer - 1)) == 0;
        }
        long[] innerSegment = segments[(inner - 1) >>> SEGMENT_BITS];
        long[] outerSegment = segments[(outer - 1) >>> SEGMENT_BITS];
        int innerFrom = ((inner - 1) & SEGMENT_MASK) * length;
        int outerFrom = ((outer - 1) & SEGMENT_MASK) * length;
        for (int i = 0; i < length; i++) {
            if ((innerSegment[innerFrom + i] & ~outerSegment[outerFrom + i]) != 0) {
                return false;
            }
        }
        return true;
    }

    private int find(long[] table, long hash, long[] words, int from) {
        int mask = table.length - 1;
        long tag = hash & ~ID_MASK;
        for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
            long slot = (long) SLOT.getAcquire(table, i);
            if (slot == 0) {
                return 0;
            }
            if ((slot & ~ID_MASK) == tag && holds((int) slot, words, from)) {
                return (int) slot;
            }
        }
    }

    private boolean holds(int id, long[] words, int from) {
        long[] segment = segments[(id - 1) >>> SEGMENT_BITS];
        int at = ((id - 1) & SEGMENT_MASK) * length;
        return Blocks.equal(segment, at, words, from, length);
    }

    private synchronized int add(long hash, long[] words, int from) {
        int known = find(slots, hash, words, from);
        if (known != 0) {
            return known;
        }
        if ((count + 1L) * 2 > slots.length) {
            growSlots();
        }
        int id = count + 1;
        enter(id, hash, words, from);
        count = id;
        return id;
    }

    /**
     * Stores a content, then publishes its slot: whoever finds the slot must find the content. Not
     * private only so that a test can plant the race.
     */
    void enter(int id, long hash, long[] words, int from) {
        store(id, words, from);
        publish(id, hash);
    }

    final void publish(int id, long hash) {
        place(slots, (hash & ~ID_MASK) | id, (int) hash);
    }

    final void store(int id, long[] words, int from) {
        int index = id - 1;
        int segment = index >>> SEGMENT_BITS;
        if ((index & SEGMENT_MASK) == 0) {
            if (segment == segments.length) {
                segments = Arrays.copyOf(segments, segment * 2);
            }
            segments[segment] = budget.longs((long) length << SEGMENT_BITS);
        }
        System.arraycopy(words, from, segments[segment], (index & SEGMENT_MASK) * length, length);
    }

    private void growSlots() {
        long[] old = slots;
        long[] grown = budget.longs(old.length * 2L);
        long[] content = new long[length];
        for (long slot : old) {
            if (slot != 0) {
                read((int) slot, content, 0);
                place(grown, slot, (int) Hashing.block(content, 0, multipliers));
            }
        }
        slots = grown;
        budget.free(old);
    }

    private static void place(long[] table, long slot, int hash) {
        int mask = table.length - 1;
        int i = hash & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        SLOT.setRelease(table, i, slot);
    }
}
