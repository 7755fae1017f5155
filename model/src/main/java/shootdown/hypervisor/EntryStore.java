package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;

/**
 * Stores entries: the one place where page tables change. Keeps what an unfinished call replaced,
 * tells the observer, and remembers that the caches have to follow.
 */
@Models(
        value = "mm.c: update_intpte",
        simplified = "a store is seen by all CPUs at once: no store buffers")
final class EntryStore {
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final UndoLog log;
    private final Events events;
    private final Layout layout;
    private final boolean lockCounts;
    private final long[] touched;
    private boolean changed;
    private long lastOld;

    EntryStore(Layout layout, PageInfo pages, CpuState cpus, UndoLog log, Events events) {
        this.layout = layout;
        this.lockCounts = !layout.machine().has(Defect.LOCK_NOT_COUNTED);
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.log = log;
        this.events = events;
        this.touched = new long[geometry.words()];
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

    private void remember(long[] s, int cpu, int level, int mfn, int slot, long old) {
        if (level >= 2 && isHooked(s, mfn)) {
            log.add(s, cpu, mfn, slot, old);
        }
        for (int other = 0; other < geometry.cpus(); other++) {
            if (other != cpu && level >= 1 && isGuestFlush(s, other)) {
                log.add(s, other, mfn, slot, old);
            }
        }
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
        return cpus.stage(s, cpu) == Stage.FLUSHING && cpus.after(s, cpu) == Stage.RETURN;
    }

    /** Notes that entries of a frame have changed; every change of one must come through here. */
    void touch(int mfn) {
        changed = true;
        Geometry.include(touched, 0, mfn);
    }

    /** The frames whose entries have changed, until the receiver clears them. */
    long[] touched() {
        return touched;
    }

    /** The value that the last store of this step found. */
    long lastOld() {
        return lastOld;
    }

    /** Whether entries changed since the last call of this method. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
