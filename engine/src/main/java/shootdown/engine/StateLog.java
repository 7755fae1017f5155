package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * All states in the order of discovery: the key and the parent of each. A state's place is its
 * number; the frontier of the search is a range of numbers.
 *
 * <p>Structure: segments that never move, so that growing copies nothing. With a folder, states
 * that stay are written to files, and their segments leave memory until they are {@linkplain #hold
 * held} again. Cost: 8 bytes for each word of a key, in memory or on disk; {@link Parents} are all
 * but free. Threads: one writer, while nobody reads.
 */
final class StateLog {

    /** The parent of initial states. */
    static final int NO_PARENT = -1;

    private static final int SEGMENT_BITS = 12;
    private static final int SEGMENT_SIZE = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_SIZE - 1;
    private static final String KEYS = "keys-";
    private static final String PARENTS = "parents";

    private final MemoryBudget budget;
    private @Nullable Path folder;
    private final Parents parents;
    private long[] @Nullable [] keys = new long[16][];
    private int words;
    private int size;

    /** The files; null without a folder. */
    private @Nullable DataFile keyFile;

    private @Nullable DataFile parentFile;

    /** The number of states that are in the files; whole segments of them are not in memory. */
    private int written;

    private int lastWrittenParent = NO_PARENT;

    /** Segments before this one are not held. */
    private int firstHeld;

    /** Makes an empty log in memory. */
    StateLog(int words, MemoryBudget budget) {
        this.words = words;
        this.budget = budget;
        parents = new Parents(budget);
    }

    /** Lets an empty log have files in a folder. */
    void create(Path place) {
        folder = place;
        keyFile = DataFile.create(place, KEYS + 0);
        parentFile = DataFile.create(place, PARENTS);
    }

    int size() {
        return size;
    }

    /** Appends the state with the key {@code key[from..]}. */
    void append(long[] key, int from, int parent) {
        int segment = size >>> SEGMENT_BITS;
        int at = size & SEGMENT_MASK;
        if (at == 0) {
            addSegment(segment);
        }
        long[] target = segment(segment);
        for (int w = 0; w < words; w++) {
            target[at * words + w] = key[from + w];
        }
        parents.append(parent);
        size++;
    }

    int parent(int state) {
        return parents.parent(state);
    }

    /** Returns the array that holds the key of a state, at {@link #keyOffset}. */
    long[] keyArray(int state) {
        return segment(state >>> SEGMENT_BITS);
    }

    int keyOffset(int state) {
        return (state & SEGMENT_MASK) * words;
    }

    /** Returns the key of a state, wherever it is. */
    long[] key(int state) {
        long[] key = new long[words];
        long[] segment = keys[state >>> SEGMENT_BITS];
        if (segment != null) {
            System.arraycopy(segment, keyOffset(state), key, 0, words);
        } else {
            file().read((long) state * words * Long.BYTES, key, words);
        }
        return key;
    }

    /** Has some states in memory; those before them may leave it. */
    void hold(int first, int count) {
        if (folder == null || count == 0) {
            return;
        }
        int firstSegment = first >>> SEGMENT_BITS;
        while (firstHeld < firstSegment) {
            release(firstHeld++);
        }
        firstHeld = firstSegment;
        for (int s = firstSegment; s <= (first + count - 1) >>> SEGMENT_BITS; s++) {
            if (keys[s] == null) {
                long[] segment = budget.longs((long) SEGMENT_SIZE * words);
                file().read((long) s * segment.length * Long.BYTES, segment, segment.length);
                keys[s] = segment;
            }
        }
    }

    /** Forgets all states from {@code newSize} on, which are not in the files. */
    void truncate(int newSize) {
        parents.truncate(newSize);
        cut(newSize);
    }

    /** Forgets those of the states from {@code from} on that are not to be kept. */
    void keep(int from, IntPredicate kept) {
        if (from == size) {
            return;
        }
        int end = size;
        long[] key = new long[words];
        Parents.Rewriting rewriting = parents.rewrite(from);
        int to = from;
        for (int state = from; state < end; state++) {
            boolean keep = kept.test(state);
            rewriting.next(keep);
            if (keep) {
                System.arraycopy(keyArray(state), keyOffset(state), key, 0, words);
                System.arraycopy(key, 0, keyArray(to), keyOffset(to), words);
                to++;
            }
        }
        cut(to);
    }

    /** Writes all states to the files if there are many that are not. */
    void writeSegments() {
        if (size - written >= SEGMENT_SIZE) {
            write();
        }
    }

    /** Writes all states to the files, and lets go of whole segments. */
    void write() {
        DataFile toKeys = file();
        DataFile toParents = parentFile;
        if (toParents == null || written == size) {
            return;
        }
        Parents.Cursor cursor = parents.from(written);
        for (int state = written; state < size; state++) {
            toKeys.append(keyArray(state), keyOffset(state), words);
            int parent = cursor.next();
            toParents.appendShort(parent - lastWrittenParent);
            lastWrittenParent = parent;
        }
        toKeys.flush();
        toParents.flush();
        int firstLeft = written >>> SEGMENT_BITS;
        written = size;
        for (int s = firstLeft; s < written >>> SEGMENT_BITS; s++) {
            release(s);
        }
    }

    /** Returns the files, whose content is on disk. All states must be written. */
    List<DataFile.Extent> force() {
        DataFile toParents = parentFile;
        if (toParents == null) {
            return List.of();
        }
        file().force();
        toParents.force();
        return List.of(file().extent(), toParents.extent());
    }

    /** Lets an empty log go on with the files of a checkpoint. */
    void open(Path place, int newWords, int newSize, List<DataFile.Extent> files) {
        folder = place;
        words = newWords;
        keyFile = DataFile.open(place, files.get(0));
        parentFile = DataFile.open(place, files.get(1));
        DataReader reader = new DataReader(parentFile);
        for (int state = 0; state < newSize; state++) {
            lastWrittenParent += (int) reader.readShort();
            parents.append(lastWrittenParent);
        }
        size = newSize;
        written = newSize;
        int segments = segments();
        if (segments >= keys.length) {
            keys = Arrays.copyOf(keys, segments * 2);
        }
        readTail();
    }

    /** Has the segment in memory that will be appended to. */
    private void readTail() {
        int tail = size & SEGMENT_MASK;
        if (tail != 0) {
            long[] segment = budget.longs((long) SEGMENT_SIZE * words);
            long position = (long) (size - tail) * words * Long.BYTES;
            file().read(position, segment, tail * words);
            keys[size >>> SEGMENT_BITS] = segment;
        }
    }

    void close() {
        if (keyFile != null) {
            keyFile.close();
        }
        if (parentFile != null) {
            parentFile.close();
        }
    }

    /**
     * Packs all keys anew. Allocates all that it needs before it changes anything, so that running
     * out of memory leaves the log as it is. With a folder, all states must be written.
     */
    void relayout(KeyLayout before, KeyLayout after, int blocks) {
        if (folder != null) {
            relayoutFile(folder, before, after, blocks);
            return;
        }
        boolean inPlace = after.words() == words;
        long[] @Nullable [] packed = inPlace ? keys : allocate(after.words());
        int[] ids = new int[blocks];
        for (int state = 0; state < size; state++) {
            int segment = state >>> SEGMENT_BITS;
            int at = state & SEGMENT_MASK;
            before.unpack(segment(segment), at * words, ids, 0);
            after.pack(ids, 0, present(packed[segment]), at * after.words());
        }
        if (!inPlace) {
            for (int s = 0; s < segments(); s++) {
                budget.free(segment(s));
            }
        }
        keys = packed;
        words = after.words();
    }

    /** Writes a new file of keys; the old one is deleted once no checkpoint needs it. */
    private void relayoutFile(Path place, KeyLayout before, KeyLayout after, int blocks) {
        DataFile old = file();
        int generation = Integer.parseInt(old.name().substring(KEYS.length())) + 1;
        DataFile fresh = DataFile.create(place, KEYS + generation);
        DataReader reader = new DataReader(old);
        int[] ids = new int[blocks];
        long[] key = new long[Math.max(words, after.words())];
        for (int state = 0; state < size; state++) {
            reader.read(key, 0, words);
            before.unpack(key, 0, ids, 0);
            after.pack(ids, 0, key, 0);
            fresh.append(key, 0, after.words());
        }
        fresh.flush();
        old.close();
        keyFile = fresh;
        for (int s = 0; s < segments(); s++) {
            drop(s);
        }
        words = after.words();
        readTail();
    }

    private long[] @Nullable [] allocate(int newWords) {
        long[] @Nullable [] allocated = new long[keys.length][];
        for (int s = 0; s < segments(); s++) {
            allocated[s] = budget.longs((long) SEGMENT_SIZE * newWords);
        }
        return allocated;
    }

    private int segments() {
        return (size + SEGMENT_SIZE - 1) >>> SEGMENT_BITS;
    }

    private void addSegment(int segment) {
        if (segment >= (Integer.MAX_VALUE >>> SEGMENT_BITS)) {
            throw new MemoryExhausted();
        }
        if (segment == keys.length) {
            keys = Arrays.copyOf(keys, segment * 2);
        }
        keys[segment] = budget.longs((long) SEGMENT_SIZE * words);
    }

    /** Drops the segments behind a new end. */
    private void cut(int newSize) {
        int before = segments();
        size = newSize;
        for (int s = segments(); s < before; s++) {
            drop(s);
        }
    }

    /** Lets a segment leave memory if it can be read again. */
    private void release(int segment) {
        if (segment < written >>> SEGMENT_BITS) {
            drop(segment);
        }
    }

    private void drop(int segment) {
        long[] dropped = keys[segment];
        if (dropped != null) {
            keys[segment] = null;
            budget.free(dropped);
        }
    }

    private long[] segment(int segment) {
        return present(keys[segment]);
    }

    private static long[] present(long @Nullable [] segment) {
        if (segment == null) {
            throw new IllegalStateException("not held");
        }
        return segment;
    }

    private DataFile file() {
        if (keyFile == null) {
            throw new IllegalStateException("no folder");
        }
        return keyFile;
    }
}
