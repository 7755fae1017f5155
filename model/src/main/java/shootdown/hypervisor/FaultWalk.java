package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.FaultingWrite;

/**
 * Xen's own walk of the tables, to see whether a fault of the guest that it cannot mend is spurious
 * ({@code spurious_page_fault}).
 *
 * <p>It begins at the CPU's own CR3 and goes by frame numbers through Xen's map of all memory, so
 * neither the TLB nor any reference of the type system holds the tables in place. What does is that
 * interrupts are off: whoever takes a table away must flush this CPU first, and the flush IPI waits
 * until the walk has ended. Reading the entry of one level is a step; other CPUs act in between.
 */
@Models(
        value = {"traps.c: spurious_page_fault", "traps.c: __page_fault_type"},
        simplified =
                "writes of the guest kernel at addresses of its own only; no large pages; the guest"
                        + " goes on behind the write, whether the fault was spurious or not")
final class FaultWalk {
    private static final int TOP = 4;
    private static final long REQUIRED = Pte.PRESENT | Pte.RW | Pte.USER;

    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryStore entries;
    private final TranslationCaches caches;
    private final GuestEntry entry;
    private final Traps traps;
    private final FrameSet found;

    FaultWalk(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryStore entries,
            TranslationCaches caches,
            GuestEntry entry,
            Traps traps) {
        this.pages = pages;
        this.cpus = cpus;
        this.entries = entries;
        this.caches = caches;
        this.entry = entry;
        this.traps = traps;
        this.found = new FrameSet(layout.geometry().words());
    }

    /**
     * Whether a write may fault. What is cached may always be gone, so a fresh walk that finds no
     * way is enough; or a stale form is too strict.
     */
    boolean canBegin(long[] s, int cpu, VirtualAddress va, int address) {
        return !leads(s, cpus.root(s, cpu), va) || mayUseStricter(s, cpu, address);
    }

    private boolean leads(long[] s, int root, VirtualAddress va) {
        int mfn = root;
        for (int level = TOP; level >= 1; level--) {
            long read = entries.read(s, mfn, slot(va, level));
            if (!leadsOn(read)) {
                return false;
            }
            mfn = Pte.mfn(read);
        }
        return true;
    }

    private boolean mayUseStricter(long[] s, int cpu, int address) {
        boolean may = caches.outcomes(s, cpu, address, found.reached, found.writable);
        for (int w = 0; w < found.reached.length; w++) {
            may |= (found.reached[w] & ~found.writable[w]) != 0;
        }
        return may;
    }

    /** The fault: the hardware drops what it has of the address, and enters Xen. */
    void begin(long[] s, int cpu, int address) {
        caches.pageFault(s, cpu, address);
        entry.enter(s, cpu);
        cpus.setWalk(s, cpu, cpus.root(s, cpu), TOP);
        cpus.setStage(s, cpu, Stage.FAULT_WALK);
    }

    /** Reads the entry of one level; interrupts are on again where the walk ends. */
    void readEntry(long[] s, int cpu, FaultingWrite write) {
        int level = cpus.walkedLevel(s, cpu);
        long read = entries.read(s, cpus.walkedTable(s, cpu), slot(write.va(), level));
        if (leadsOn(read) && level > 1) {
            cpus.setWalk(s, cpu, Pte.mfn(read), level - 1);
        } else {
            traps.done(s, cpu);
        }
    }

    private boolean leadsOn(long entry) {
        return (entry & REQUIRED) == REQUIRED && pages.isValid(Pte.mfn(entry));
    }

    private static int slot(VirtualAddress va, int level) {
        return switch (level) {
            case 4 -> va.i4();
            case 3 -> va.i3();
            case 2 -> va.i2();
            default -> va.i1();
        };
    }
}
