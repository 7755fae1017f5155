package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.Pte;

import java.util.Arrays;

/**
 * Stores entries: the one place where page tables change. Keeps what an unfinished call replaced,
 * tells the observer, and remembers that the caches have to follow.
 */
@Models(
        value = "mm.c: update_intpte",
        simplified = "a store is seen by all CPUs at once, except on machines with storeBuffers")
final class EntryStore {
    /** Fewer entries than this are looked at one by one. */
    private static final int CHUNK = 32;

    private static final long[] ZEROS = new long[512];

    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final UndoLog log;
    private final Events events;
    private final Layout layout;
    private final boolean lockCounts;
    private final StoreBuffer buffer;
    private final HeldEntries held;
    private final boolean drains;
    private final long[] touched;
    private final long[] changed;
    private boolean anyChanged;
    private int firstChanged;
    private int lastChanged = -1;
    private boolean anyBuffered;
    private long lastOld;

    EntryStore(Layout layout, PageInfo pages, CpuState cpus, UndoLog log, Events events) {
        this.layout = layout;
        this.lockCounts = !layout.machine().has(Defect.LOCK_NOT_COUNTED);
        this.buffer = new StoreBuffer(layout);
        this.held = new HeldEntries(layout, pages, cpus);
        this.drains = !layout.machine().has(Defect.NOTHING_DRAINS_STORES);
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.log = log;
        this.events = events;
        this.touched = new long[geometry.words()];
        this.changed = new long[geometry.words()];
        this.firstChanged = changed.length;
    }

    long read(long[] s, int mfn, int slot) {
        return geometry.read(s, mfn, slot);
    }

    /** Stores to an entry of a table of this level; 0 for a page that is no table. */
    void store(long[] s, int cpu, int level, int mfn, int slot, long entry) {
        int at = geometry.entry(mfn, slot);
        long old = s[at];
        lastOld = old;
        if (old == entry) {
            return;
        }
        s[at] = entry;
        touch(mfn);
        if (layout.machine().history) {
            remember(s, cpu, level, mfn, slot, old);
        }
        events.observer.stored(s, cpu, mfn, slot, old, entry);
    }

    // Stores that others see later, on machines with storeBuffers.

    /** The store buffers. */
    StoreBuffer buffer() {
        return buffer;
    }

    /** As {@link #store}, by an instruction that is not locked: others may see it later. */
    void storeLate(long[] s, int cpu, int level, int mfn, int slot, long entry) {
        if (!buffer.exists() || read(s, mfn, slot) == entry) {
            storeNow(s, cpu, level, mfn, slot, entry);
            return;
        }
        drain(s, cpu);
        buffer.fill(s, cpu, level, mfn, slot, entry);
        anyBuffered = true;
        events.observer.buffered(s, cpu, mfn, slot, entry);
    }

    /** An entry as a CPU sees it, its own buffered store included. */
    long seen(long[] s, int cpu, int mfn, int slot) {
        boolean own =
                buffer.isFull(s, cpu) && buffer.mfn(s, cpu) == mfn && buffer.slot(s, cpu) == slot;
        return own ? buffer.value(s, cpu) : read(s, mfn, slot);
    }

    /** The CPU's buffered store reaches memory. */
    void drain(long[] s, int cpu) {
        if (!buffer.isFull(s, cpu)) {
            return;
        }
        int mfn = buffer.mfn(s, cpu);
        int slot = buffer.slot(s, cpu);
        int level = buffer.level(s, cpu);
        long value = buffer.value(s, cpu);
        buffer.empty(s, cpu);
        storeNow(s, cpu, level, mfn, slot, value);
    }

    private void storeNow(long[] s, int cpu, int level, int mfn, int slot, long value) {
        if (level == 0) {
            storeOfGuest(s, cpu, mfn, slot, value);
        } else {
            store(s, cpu, level, mfn, slot, value);
        }
    }

    /** A guest's store, which is not carried out where P1 is broken by it. */
    void storeOfGuest(long[] s, int cpu, int mfn, int slot, long value) {
        if (pages.isTableInUse(s, mfn) || held.contain(s, mfn, slot)) {
            events.observer.storeReachesTable(s, cpu, mfn);
        } else {
            store(s, cpu, 0, mfn, slot, value);
        }
    }

    /** Whether a store to a table is still on its way: nobody else can have its lock. */
    boolean isAwaited(long[] s, int mfn) {
        for (int cpu = 0; buffer.exists() && cpu < geometry.cpus(); cpu++) {
            if (buffer.isFull(s, cpu) && buffer.mfn(s, cpu) == mfn) {
                return true;
            }
        }
        return false;
    }

    /** The CPU executes a locked instruction, or one that serialises as a flush does. */
    void locked(long[] s, int cpu) {
        if (drains) {
            drain(s, cpu);
        }
    }

    /** Whether a store has gone to a buffer since the last call of this method. */
    boolean takeBuffered() {
        boolean taken = anyBuffered;
        anyBuffered = false;
        return taken;
    }

    /** For an edit whose store was in an earlier step. */
    void setLastOld(long old) {
        lastOld = old;
    }

    private void remember(long[] s, int cpu, int level, int mfn, int slot, long old) {
        if (level >= 2 && (isHooked(s, mfn) || isReplacedElsewhere(s, cpu, mfn))) {
            log.add(s, cpu, mfn, slot, old);
        }
        for (int other = 0; other < geometry.cpus(); other++) {
            if (other != cpu && level >= 1 && isGuestFlush(s, other)) {
                log.add(s, other, mfn, slot, old);
            }
        }
    }

    /** A CPU has another user base: what it has under the old one others' flushes may leave. */
    void userBaseReplaced(long[] s, int cpu, int mfn) {
        for (int other = 0; layout.machine().history && other < geometry.cpus(); other++) {
            if (other != cpu && isGuestFlush(s, other)) {
                log.addBase(s, other, cpu, mfn);
            }
        }
    }

    /**
     * An unfinished call of another CPU has taken away an entry that names the table, so that a
     * third CPU may still rightly come to it.
     */
    private boolean isReplacedElsewhere(long[] s, int cpu, int mfn) {
        for (int other = 0; geometry.cpus() > 2 && other < geometry.cpus(); other++) {
            for (int i = 0; other != cpu && i < log.size(s, other); i++) {
                long entry = log.oldEntry(s, other, i);
                if (!log.isBase(s, other, i) && Pte.isPresent(entry) && Pte.mfn(entry) == mfn) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Something other than a lock, a pin or a parked pointer refers to the table. */
    boolean isHooked(long[] s, int mfn) {
        if (!pages.isValid(mfn)) {
            return true;
        }
        long uses = pages.typeCount(s, mfn);
        uses -= pages.locked(s, mfn) && lockCounts ? 1 : 0;
        uses -= pages.pinned(s, mfn) ? 1 : 0;
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            uses -= cpus.parked(s, cpu) == mfn ? 1 : 0;
        }
        return uses > 0;
    }

    /** Whether a CPU is carrying out a flush that its guest asked for. */
    boolean isGuestFlush(long[] s, int cpu) {
        return cpus.isGuestFlush(s, cpu);
    }

    /** Notes that entries of a frame have changed; every change of one must come through here. */
    void touch(int mfn) {
        anyChanged = true;
        firstChanged = Math.min(firstChanged, mfn >>> 6);
        lastChanged = Math.max(lastChanged, mfn >>> 6);
        Geometry.include(changed, 0, mfn);
    }

    /** The frames whose entries have changed, until the receiver clears them. */
    long[] touched() {
        forgetChanged();
        return touched;
    }

    /** The value that the last store of this step found. */
    long lastOld() {
        return lastOld;
    }

    /** Whether entries changed since {@link #forgetChanged}. */
    boolean hasChanged() {
        return anyChanged;
    }

    /** The frames whose entries changed since {@link #forgetChanged}, as a set of bits. */
    long[] changed() {
        return changed;
    }

    void forgetChanged() {
        anyChanged = false;
        for (int w = firstChanged; w <= lastChanged; w++) {
            touched[w] |= changed[w];
            changed[w] = 0;
        }
        firstChanged = changed.length;
        lastChanged = -1;
    }

    /**
     * The index of the first tracked entry from {@code index} on that is not 0, or {@code end}.
     * Most of a full-size table is 0, and reading it one by one is most of validating it ({@code
     * ProgramRate}).
     */
    int nextEntry(long[] s, int mfn, int index, int end) {
        int base = geometry.entryBase(mfn);
        int i = index;
        while (i < end) {
            if (s[base + i] != 0) {
                return i;
            }
            i++;
            if (end - i >= CHUNK) {
                int zeros = mismatch(s, base + i, end - i);
                return zeros < 0 ? end : i + zeros;
            }
        }
        return end;
    }

    /** As {@link #nextEntry}, backwards: the index of the last one before {@code index}, or -1. */
    int previousEntry(long[] s, int mfn, int index) {
        int base = geometry.entryBase(mfn);
        int i = index - 1;
        while (i >= 0 && s[base + i] == 0) {
            boolean skips = i >= CHUNK && mismatch(s, base + i - CHUNK, CHUNK) < 0;
            i -= skips ? CHUNK + 1 : 1;
        }
        return i;
    }

    private static int mismatch(long[] s, int from, int length) {
        return Arrays.mismatch(s, from, from + length, ZEROS, 0, length);
    }
}
