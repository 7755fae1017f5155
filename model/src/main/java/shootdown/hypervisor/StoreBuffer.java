package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;

/**
 * The store buffer of each CPU, on machines with {@code storeBuffers}: one entry of a table or page
 * that the CPU has stored and that is not in memory yet. Its own walks see it, those of others do
 * not. It reaches memory at any moment, and at the latest when the CPU executes a locked
 * instruction or flushes.
 *
 * <p>One place is enough for what Xen stores to guest tables: a locked {@code page_unlock} follows
 * each edit. A guest that has filled it waits with its next store.
 *
 * <p>Beside it are the words of the edit under way, from the store to the locked instruction behind
 * it: the entry replaced, and under {@link Defect#STAMP_IN_TWO_STEPS} the row of the clock relation
 * that was read.
 */
@Models(value = "SDM 3A 9.2.2: stores are seen by others later", simplified = "one place")
final class StoreBuffer {
    static final int WORDS = 4;

    private static final int WHERE = 0;
    private static final int VALUE = 1;
    private static final int REPLACED = 2;
    private static final int ROW = 3;
    private static final int SLOT_BITS = 9;
    private static final int LEVEL_SHIFT = 40;
    private static final long ROW_READ = 1L << 16;

    private final Layout layout;
    private final Geometry geometry;
    private final boolean exists;

    StoreBuffer(Layout layout) {
        this.layout = layout;
        this.geometry = layout.geometry();
        this.exists = layout.machine().storeBuffers;
    }

    private int at(int cpu, int word) {
        return layout.storeBuffer(cpu) + word;
    }

    boolean exists() {
        return exists;
    }

    boolean isFull(long[] s, int cpu) {
        return exists && s[at(cpu, WHERE)] != 0;
    }

    void fill(long[] s, int cpu, int level, int mfn, int slot, long value) {
        long where = ((mfn + 1L) << SLOT_BITS) | slot;
        s[at(cpu, WHERE)] = where | ((long) level << LEVEL_SHIFT);
        s[at(cpu, VALUE)] = value;
    }

    void empty(long[] s, int cpu) {
        s[at(cpu, WHERE)] = 0;
        s[at(cpu, VALUE)] = 0;
    }

    int mfn(long[] s, int cpu) {
        return (int) (s[at(cpu, WHERE)] >>> SLOT_BITS & 0xFFFFFF) - 1;
    }

    int slot(long[] s, int cpu) {
        return (int) s[at(cpu, WHERE)] & ((1 << SLOT_BITS) - 1);
    }

    /** Level of the table stored to, 0 for a page. */
    int level(long[] s, int cpu) {
        return (int) (s[at(cpu, WHERE)] >>> LEVEL_SHIFT);
    }

    long value(long[] s, int cpu) {
        return s[at(cpu, VALUE)];
    }

    /** Exchanges the buffered value with that in memory; done twice, nothing has changed. */
    void swap(long[] s, int cpu) {
        int memory = geometry.entry(mfn(s, cpu), slot(s, cpu));
        long value = s[at(cpu, VALUE)];
        s[at(cpu, VALUE)] = s[memory];
        s[memory] = value;
    }

    // The edit between its store and the locked instruction behind it.

    void beginEdit(long[] s, int cpu, long replaced) {
        s[at(cpu, REPLACED)] = replaced;
    }

    long replaced(long[] s, int cpu) {
        return s[at(cpu, REPLACED)];
    }

    void endEdit(long[] s, int cpu) {
        s[at(cpu, REPLACED)] = 0;
        s[at(cpu, ROW)] = 0;
    }

    /** The clock is read for a stamp: from now on flushes count as later than the stamp. */
    void readClock(long[] s, int cpu) {
        s[at(cpu, ROW)] = ROW_READ | ((1L << geometry.cpus()) - 1);
    }

    boolean hasReadClock(long[] s, int cpu) {
        return s[at(cpu, ROW)] != 0;
    }

    long row(long[] s, int cpu) {
        return s[at(cpu, ROW)] & (ROW_READ - 1);
    }

    /** A CPU has had a full flush: stamps that have been read are older. */
    static void flushed(Layout layout, long[] s, int flushed) {
        for (int cpu = 0; cpu < layout.geometry().cpus(); cpu++) {
            s[layout.storeBuffer(cpu) + ROW] &= ~(1L << flushed);
        }
    }

    static void permuteCpus(Layout layout, long[] s, int cpu, int[] to) {
        int at = layout.storeBuffer(cpu) + ROW;
        long row = s[at] & (ROW_READ - 1);
        s[at] = (s[at] & ROW_READ) | CpuState.permuteMask(row, to);
    }
}
