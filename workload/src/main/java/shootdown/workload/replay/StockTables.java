package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tables of a stock recording: what Linux has written to them, and which of them Xen must have
 * validated. Linux builds a tree itself and then pins it; or it makes a page read-only, pins it if
 * it is an L1, and links it into a pinned tree. Of these pins stock recordings have none.
 */
final class StockTables {
    private static final int SLOTS = 512;

    /** Of the count of a table that was there before. */
    private static final long MANY = 1 << 20;

    /** Slots of an L4 below this one are the user's. */
    private static final int USER_SLOTS = 256;

    /** That of Linux's map of all memory. */
    private static final int KERNEL_SLOT = 273;

    private final KnownTables known;
    private final StockFrames frames;
    private final Unread unread;
    private final Consumer<Step> out;
    private final Map<Integer, long[]> contents = new HashMap<>();
    private final BitSet linuxOwn = new BitSet();
    private final BitSet pinned = new BitSet();
    private final Map<Integer, Integer> userBases = new HashMap<>();

    StockTables(KnownTables known, StockFrames frames, Unread unread, Consumer<Step> out) {
        this.known = known;
        this.frames = frames;
        this.unread = unread;
        this.out = out;
    }

    // What Linux has written.

    /** Linux has written this there. */
    void written(int level, int table, int slot, long old, long value) {
        contents.computeIfAbsent(table, t -> new long[SLOTS])[slot] = value;
        if (level > 1 && Pte.isPresent(old) && !Pte.isPresent(value)) {
            contents.remove(frames.child(old)); // when it comes again it has been cleared
        }
    }

    /** What Linux has written there last, or 0. */
    long content(int table, int slot) {
        long[] entries = contents.get(table);
        return entries == null ? 0 : entries[slot];
    }

    /** It is seen while it is no table of Xen's: so it was none before the recording either. */
    void linuxHas(int table) {
        linuxOwn.set(table);
    }

    /** Linux has linked a table into one that is not pinned; itself it may be. */
    void linuxLinks(long entry) {
        if (Pte.isPresent(entry) && known.level(frames.child(entry)) == 0) {
            linuxHas(frames.child(entry));
        }
    }

    // What Xen takes for tables.

    /** The level at which Xen writes an entry: 0 for a page that is no table yet. */
    int levelOf(int table, int level) {
        if (level == 1 && known.level(table) == 0 && linuxOwn.get(table)) {
            return 0;
        }
        meet(table, level);
        return level;
    }

    /** A table is named; unless it is known, it must have been there before. */
    void meet(int table, int level) {
        meet(table, level, MANY, level == 4);
    }

    /** The same, with its count. */
    void meet(int table, int level, long count, boolean pin) {
        if (known.level(table) == level) {
            return;
        }
        lose(table);
        known.alive(table, level);
        out.accept(new Step.Alive(table, level, count, pin));
    }

    private void lose(int table) {
        if (known.level(table) != 0) {
            unread.count(Unread.Reason.TABLE_LOST);
            gone(table);
        }
    }

    /** It is no table any longer, if it was one. */
    void gone(int table) {
        if (known.level(table) != 0) {
            known.gone(table);
            pinned.clear(table);
            out.accept(new Step.Gone(table));
        }
    }

    /** What an upper entry names must be a table, or becomes one now. */
    void child(int cpu, int level, long entry) {
        if (level < 2 || !Pte.isPresent(entry)) {
            return;
        }
        int child = frames.child(entry);
        if (known.level(child) == level - 1) {
            return;
        }
        if (!linuxOwn.get(child)) {
            meet(child, level - 1);
        } else if (level == 2) {
            pin(cpu, 1, child);
        } else {
            validate(cpu, level - 1, child);
        }
    }

    /** Linux pins a table, with all that is below. */
    void pin(int cpu, int level, int table) {
        if (known.level(table) != level) {
            validate(cpu, level, table);
        }
        if (!pinned.get(table) || level > 1) {
            out.accept(new Step.Call(cpu, new Operation.Pin(level, table)));
        }
        pinned.set(table);
    }

    /** Linux unpins one; an L1 without being seen, if it is not asked for. */
    void unpin(int cpu, int table) {
        if (known.level(table) == 0) {
            unread.count(Unread.Reason.UNKNOWN_UNPINNED);
            return;
        }
        if (known.firstCount(table)) {
            out.accept(new Step.Alive(table, known.level(table), MANY, true));
        }
        pinned.clear(table);
        out.accept(new Step.Call(cpu, new Operation.Unpin(table)));
    }

    /** Linux wants to write to a page again: it is no table any longer. */
    void release(int cpu, int table) {
        if (known.level(table) == 1 && pinned.get(table)) {
            unpin(cpu, table);
        }
        boolean ends = known.level(table) == 4;
        gone(table);
        linuxHas(table);
        if (ends) { // with its process; not all of the clearing is recorded
            contents.remove(table);
            userBases.remove(table);
        }
    }

    private void validate(int cpu, int level, int table) {
        lose(table);
        known.validated(table, level);
        long[] entries = contents.getOrDefault(table, new long[SLOTS]);
        for (long entry : entries) {
            child(cpu, level, entry);
        }
        out.accept(new Step.Content(level, table, 0, 0, 0));
        for (int slot = 0; slot < SLOTS; slot++) {
            if (Pte.isPresent(entries[slot])) {
                long entry = frames.entry(level, entries[slot]);
                out.accept(new Step.Content(level, table, slot, entry, 1));
            }
        }
        if (level == 4) {
            int kernel = frames.linuxItself();
            meet(kernel, 3);
            long entry = Pte.of(kernel, Pte.PRESENT | Pte.RW | Pte.ACCESSED | Pte.DIRTY);
            out.accept(new Step.Content(level, table, KERNEL_SLOT, entry, 1));
        }
    }

    // The two L4 of a process.

    /** A process has these. */
    void pair(int kernel, int user) {
        userBases.put(kernel, user);
    }

    /** A process has these, and Linux keeps the user's part of both the same. */
    void pairForPin(int kernel, int user) {
        pair(kernel, user);
        long[] entries = contents.get(kernel);
        if (entries != null && !contents.containsKey(user)) {
            long[] copy = new long[SLOTS];
            System.arraycopy(entries, 0, copy, 0, USER_SLOTS);
            contents.put(user, copy);
        }
    }

    /** The user's L4 that an entry of the kernel's is also written to, or -1 if none is known. */
    int userBase(int kernel, int slot) {
        return slot < USER_SLOTS ? userBases.getOrDefault(kernel, -1) : -1;
    }
}
