package shootdown.hardware;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Where the hardware's state lies in the flat {@code long[]}: the entries of each frame, CR3 and
 * CR4 of each CPU, and what each CPU may have cached.
 *
 * <p>A frame has one {@code long} for each <em>tracked</em> slot; the number of tracked slots is
 * data (2 or 3 in a universe, 512 on a full-size machine). The cached sets are bitsets over frames:
 * for every CPU, PCID and key of the {@link KeyTree} two of them, frames reached and frames reached
 * writable; TLB entries with the global mark have a region of their own. A machine that tells all
 * {@link Rights} apart has eight sets more for each key: frames reached with exactly these rights.
 *
 * <p>Immutable and shared by all threads, but for machines that {@link #place} frames as they go.
 */
public final class Geometry {
    private static final int SLOTS = 512;

    private final int[] entryBase;
    private final int[] slots;
    private final int[] slotIndex;
    private final int[] cr3;
    private final int[] cr4;
    private final int[] cacheBase;
    private final int[] pcids;
    private final boolean globals;
    private final boolean tellsRights;
    private final KeyTree keys;
    private final int words;
    private final int keyWords;
    private @Nullable Footprint footprint;
    private int firstRootFrame;

    /**
     * @param entryBase for each frame the offset of its first entry
     * @param slots the tracked slot numbers, ascending
     * @param cr3 for each CPU the offset of its CR3
     * @param cr4 for each CPU the offset of its CR4
     * @param cacheBase for each CPU the offset of its cached sets, {@link #cacheLength} longs
     * @param pcids the PCIDs in use, ascending, 0 first (it is the one in use while PCIDE is off)
     * @param globals whether global TLB entries can exist; if not, G in an entry means nothing
     * @param tellsRights whether the sets tell all rights of a translation, or only writing
     * @param keys what can be cached
     */
    public Geometry(
            int[] entryBase,
            int[] slots,
            int[] cr3,
            int[] cr4,
            int[] cacheBase,
            int[] pcids,
            boolean globals,
            boolean tellsRights,
            KeyTree keys) {
        this.entryBase = entryBase.clone();
        this.slots = slots.clone();
        this.cr3 = cr3.clone();
        this.cr4 = cr4.clone();
        this.cacheBase = cacheBase.clone();
        this.pcids = pcids.clone();
        this.globals = globals;
        this.tellsRights = tellsRights;
        this.keys = keys;
        this.words = wordsFor(entryBase.length);
        this.keyWords = setsFor(tellsRights) * words;
        slotIndex = new int[SLOTS];
        Arrays.fill(slotIndex, -1);
        for (int i = 0; i < slots.length; i++) {
            slotIndex[slots[i]] = i;
        }
    }

    /**
     * From now on tells what is looked at.
     *
     * @param firstRootFrame the frame whose entries are in the block of CPU 0; those of the other
     *     CPUs follow
     */
    public void tell(Footprint who, int firstRootFrame) {
        this.footprint = who;
        this.firstRootFrame = firstRootFrame;
    }

    private static int wordsFor(int frames) {
        return (frames + Long.SIZE - 1) / Long.SIZE;
    }

    private static int setsFor(boolean tellsRights) {
        return tellsRights ? 2 + Rights.COMBINATIONS : 2;
    }

    /** Longs that the cached sets of one CPU take. */
    public static int cacheLength(
            int frames, int pcids, boolean globals, boolean tellsRights, KeyTree keys) {
        int families = pcids + (globals ? 1 : 0);
        return families * keys.size() * setsFor(tellsRights) * wordsFor(frames);
    }

    public int cpus() {
        return cr3.length;
    }

    public int frames() {
        return entryBase.length;
    }

    public int slotCount() {
        return slots.length;
    }

    /** The number (0..511) of the tracked slot with this index. */
    public int slotNumber(int slotIndex) {
        return slots[slotIndex];
    }

    /** The index of slot {@code number} among the tracked ones, or -1. */
    public int slotIndex(int number) {
        return slotIndex[number];
    }

    public KeyTree keys() {
        return keys;
    }

    public int words() {
        return words;
    }

    public boolean hasGlobals() {
        return globals;
    }

    /** Whether the sets tell all rights of a translation, or only writing. */
    public boolean tellsRights() {
        return tellsRights;
    }

    public int pcidCount() {
        return pcids.length;
    }

    /** The sets of a PCID have an index of their own, 0..{@link #pcidCount()}-1. */
    public int pcidIndex(int pcid) {
        for (int i = 0; i < pcids.length; i++) {
            if (pcids[i] == pcid) {
                return i;
            }
        }
        throw new IllegalArgumentException("PCID " + pcid + " is not in use on this machine");
    }

    public int pcid(int pcidIndex) {
        return pcids[pcidIndex];
    }

    /** The index of the pseudo PCID under which global TLB entries are kept. */
    public int globalIndex() {
        return pcids.length;
    }

    /** Number of set families: the PCIDs and, where they can exist, the globals. */
    public int families() {
        return pcids.length + (globals ? 1 : 0);
    }

    public int cr3(int cpu) {
        if (footprint != null) {
            footprint.bits(cpu, cr3[cpu], -1);
        }
        return cr3[cpu];
    }

    public int cr4(int cpu) {
        if (footprint != null) {
            footprint.bits(cpu, cr4[cpu], -1);
        }
        return cr4[cpu];
    }

    /** The offset of an entry; the slot must be tracked. */
    public int entry(int mfn, int slotNumber) {
        return at(mfn, slotIndex[slotNumber]);
    }

    public int entryBase(int mfn) {
        walked(mfn);
        return entryBase[mfn];
    }

    private int at(int mfn, int index) {
        int offset = entryBase[mfn] + index;
        if (footprint != null && isRootFrame(mfn)) {
            footprint.bits(mfn - firstRootFrame, offset, -1);
        }
        return offset;
    }

    private boolean isRootFrame(int mfn) {
        return mfn >= firstRootFrame && mfn < firstRootFrame + cr3.length;
    }

    /** Whether anybody wants to know what is looked at. */
    boolean isTold() {
        return footprint != null;
    }

    /** The entries of a table were looked at. */
    void walked(int mfn) {
        if (footprint != null && isRootFrame(mfn)) {
            footprint.all(mfn - firstRootFrame);
        }
    }

    /** From now on the entries of a frame begin at this offset. */
    public void place(int mfn, int base) {
        entryBase[mfn] = base;
    }

    /** The value of an entry; 0 for a slot that is not tracked. */
    public long read(long[] state, int mfn, int slotNumber) {
        int index = slotIndex[slotNumber];
        return index < 0 ? 0 : state[at(mfn, index)];
    }

    /** The offset of the set of frames reached by {@code key}. */
    public int reached(int cpu, int family, int key) {
        if (footprint != null) {
            footprint.caches(cpu);
        }
        return cacheBase[cpu] + (family * keys.size() + key) * keyWords;
    }

    /** Longs that all sets of one key take; they begin with {@link #reached}. */
    int keyWords() {
        return keyWords;
    }

    /** The offset of the set of frames reached writable by {@code key}. */
    public int writable(int cpu, int family, int key) {
        return reached(cpu, family, key) + words;
    }

    /** The offset of the set of frames reached by {@code key} with exactly these rights. */
    public int reachedWith(int cpu, int family, int key, int rights) {
        return reached(cpu, family, key) + (2 + rights) * words;
    }

    public static boolean contains(long[] state, int set, int mfn) {
        return (state[set + (mfn >>> 6)] >>> mfn & 1) != 0;
    }

    public static void include(long[] state, int set, int mfn) {
        state[set + (mfn >>> 6)] |= 1L << mfn;
    }

    public static void exclude(long[] state, int set, int mfn) {
        state[set + (mfn >>> 6)] &= ~(1L << mfn);
    }
}
