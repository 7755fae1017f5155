package shootdown.hypervisor;

import shootdown.hardware.Pte;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The values that an unfinished call has replaced: what other CPUs may still see of it.
 *
 * <p>A call that edits keeps the old values of the L2..L4 entries that it changed in hooked tables,
 * until it returns. A guest-requested flush keeps those of all entries that <em>others</em> change
 * while it runs, and of their user bases: results that use these may rightly be left when it
 * returns. (A new base of the kernel leaves nothing of the old one.) Entries are sorted and unique,
 * so that the same set is the same state. Kept only on machines with {@code history}.
 */
public final class UndoLog {
    /** Longs for each value kept. */
    static final int WORDS = 1;

    private static final int SLOT_BITS = 9;
    private static final int TABLE_BITS = 20;
    private static final int MFN_SHIFT = TABLE_BITS + SLOT_BITS + 2;
    private static final int TABLE_SHIFT = SLOT_BITS + 2;
    private static final int SLOT_SHIFT = 2;

    /** In place of a table: a user base is replaced, that of the CPU in place of a slot. */
    private static final int BASE = (1 << TABLE_BITS) - 1;

    private final Layout layout;

    UndoLog(Layout layout) {
        this.layout = layout;
    }

    /**
     * Enough for every value that any operation of the machine can replace. L1 entries count only
     * where guests ask for flushes; through a stale translation any L1 table may be edited.
     */
    static int capacityFor(Machine machine) {
        Set<Operation> stores = new HashSet<>();
        Set<Long> slots = new HashSet<>();
        Set<Operation> leafStores = new HashSet<>();
        int bases = 1; // that of the first state
        boolean guestFlushes = false;
        for (Operation operation : machine.allOperations()) {
            switch (operation) {
                case Operation.MmuUpdateRequest r -> {
                    stores.add(r);
                    slots.add(((long) r.table() << SLOT_BITS) | r.slot());
                }
                case Operation.UpdateVaMappingCall u -> {
                    leafStores.add(u);
                    guestFlushes |= u.flush() != Operation.Flush.NONE;
                }
                case Operation.Access a -> leafStores.add(a);
                case Operation.Grant g -> leafStores.add(g);
                case Operation.NewUserBaseptr b -> bases++;
                case Operation.TlbFlush t -> guestFlushes = true;
                case Operation.Invlpg i -> guestFlushes = true;
                default -> {}
            }
        }
        int upper = stores.size() + slots.size();
        if (!guestFlushes) {
            return upper;
        }
        int replacedBases = bases == 1 ? 0 : machine.cpus * bases;
        return upper + machine.frames * (1 + leafStores.size()) + replacedBases;
    }

    private int countAt(int cpu) {
        return layout.cpuWord(cpu, CpuState.LOG, -1);
    }

    public int size(long[] s, int cpu) {
        return layout.logCapacity() == 0 ? 0 : (int) s[countAt(cpu)];
    }

    private int entryAt(int cpu, int i) {
        return layout.cpuWord(cpu, CpuState.LOG + 1 + i * WORDS, -1);
    }

    public int table(long[] s, int cpu, int i) {
        return (int) (s[entryAt(cpu, i)] >>> TABLE_SHIFT) & ((1 << TABLE_BITS) - 1);
    }

    public int slot(long[] s, int cpu, int i) {
        return (int) (s[entryAt(cpu, i)] >>> SLOT_SHIFT) & ((1 << SLOT_BITS) - 1);
    }

    /** The value that was replaced: frame, presence and writability. */
    public long oldEntry(long[] s, int cpu, int i) {
        long word = s[entryAt(cpu, i)];
        return Pte.of((int) (word >>> MFN_SHIFT), word & (Pte.PRESENT | Pte.RW));
    }

    void add(long[] s, int cpu, int table, int slot, long oldEntry) {
        long replaced = pack(table, slot, oldEntry);
        int size = size(s, cpu);
        int i = 0;
        while (i < size && s[entryAt(cpu, i)] < replaced) {
            i++;
        }
        int at = entryAt(cpu, i);
        if (i < size && s[at] == replaced) {
            return;
        }
        if (size == layout.logCapacity()) {
            throw new IllegalStateException("undo log of CPU " + cpu + " is full");
        }
        for (int to = size; to > i; to--) {
            s[entryAt(cpu, to)] = s[entryAt(cpu, to - 1)];
        }
        s[at] = replaced;
        s[countAt(cpu)]++;
    }

    /** Keeps the user base that a CPU has had while another one flushes. */
    void addBase(long[] s, int flusher, int owner, int mfn) {
        add(s, flusher, BASE, owner, Pte.of(mfn, Pte.PRESENT));
    }

    /** The user bases that a CPU has had while another one flushes, bit for bit. */
    public long bases(long[] s, int cpu, int owner) {
        long bases = 0;
        for (int i = size(s, cpu) - 1; i >= 0; i--) {
            if (isBase(s, cpu, i) && slot(s, cpu, i) == owner) {
                bases |= 1L << Pte.mfn(oldEntry(s, cpu, i));
            }
        }
        return bases;
    }

    /** Whether what is kept is no entry, but a user base. */
    boolean isBase(long[] s, int cpu, int i) {
        return table(s, cpu, i) == BASE;
    }

    /** Renumbers CPUs in what one of them keeps. */
    void permuteCpus(long[] s, int cpu, int[] to) {
        int size = size(s, cpu);
        if (size == 0) {
            return;
        }
        int first = entryAt(cpu, 0);
        for (int i = 0; i < size; i++) {
            if (isBase(s, cpu, i)) {
                s[first + i] = pack(BASE, to[slot(s, cpu, i)], oldEntry(s, cpu, i));
            }
        }
        Arrays.sort(s, first, first + size);
    }

    private static long pack(int table, int slot, long oldEntry) {
        boolean present = Pte.isPresent(oldEntry);
        long where = ((long) table << TABLE_SHIFT) | ((long) slot << SLOT_SHIFT);
        long value = present ? oldEntry & (Pte.PRESENT | Pte.RW) : 0;
        return where | value | (present ? (long) Pte.mfn(oldEntry) << MFN_SHIFT : 0);
    }

    void clear(long[] s, int cpu) {
        if (layout.logCapacity() == 0) {
            return;
        }
        for (int i = size(s, cpu) - 1; i >= 0; i--) {
            s[entryAt(cpu, i)] = 0;
        }
        s[countAt(cpu)] = 0;
    }
}
