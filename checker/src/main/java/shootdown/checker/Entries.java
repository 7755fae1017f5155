package shootdown.checker;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.MmuUpdateRequest;

/** Entries as guests write them, accessed and dirty bits set from the start, and their edits. */
public final class Entries {
    private static final long USED = Pte.PRESENT | Pte.USER | Pte.ACCESSED | Pte.DIRTY;

    /** The entry that names nothing. */
    public static final long NONE = 0;

    private Entries() {}

    /** An entry that names a table of the level below. */
    public static long table(int mfn) {
        return Pte.of(mfn, USED | Pte.RW);
    }

    /** A read-only entry: a linear page table, or a page that must not be written. */
    public static long readOnly(int mfn) {
        return Pte.of(mfn, USED | Pte.GUEST_KERNEL);
    }

    /** A writable page of the guest kernel. */
    public static long page(int mfn) {
        return Pte.of(mfn, USED | Pte.RW | Pte.GUEST_KERNEL);
    }

    /** A table entry with the global bit, which only a hypothetical Xen lets pass. */
    public static long globalTable(int mfn) {
        return table(mfn) | Pte.GLOBAL;
    }

    /** A request that stores an entry with all its bits. */
    public static MmuUpdateRequest edit(int table, int slot, long entry) {
        return new MmuUpdateRequest(table, slot, entry, false);
    }

    public static VirtualAddress va(int i4, int i3, int i2, int i1) {
        return new VirtualAddress(i4, i3, i2, i1);
    }
}
