package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EACCES;
import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.Pte;

import java.util.Arrays;

/**
 * What one entry of a table holds: {@code get_page_from_l1e..l4e}, {@code put_page_from_l1e..l4e}
 * and {@code put_page_and_type} (mm.c; facts 1.5, 1.7, 2.4 to 2.6, 2.8).
 *
 * <p>Dropping has no points at which other CPUs act, and is plain recursion. One per thread.
 */
@Models(
        value = {
            "mm.c: get_page_from_l1e .. get_page_from_l4e",
            "mm.c: put_page_from_l1e .. put_page_from_l4e",
            "mm.c: define_get_linear_pagetable"
        },
        simplified = "a frame that does not exist is I/O that nobody may map")
final class EntryReferences {
    /** Beside a code: the entry also needs a type reference on what it names. */
    static final int NEEDS_TYPE = 1;

    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryRules rules;
    private final EntryStore entries;
    private final int[] wouldDrop;
    private int[] dropped = new int[16];
    private int droppedCount;

    EntryReferences(
            Layout layout, PageInfo pages, CpuState cpus, EntryRules rules, EntryStore entries) {
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.rules = rules;
        this.entries = entries;
        this.wouldDrop = new int[machine.frames];
    }

    // Taking.

    /**
     * Checks a present entry of a table and takes the general reference on what it names.
     *
     * @param pgOwner whose frames an L1 entry may name; those of higher levels name the table
     *     owner's only
     * @return OK (nothing more is needed), NEEDS_TYPE (then {@link #settle} must follow), or a code
     */
    int takeFor(long[] s, int cpu, int level, int table, long entry, int pgOwner) {
        int owner = pages.owner(s, table);
        if (rules.isRefused(level, entry, owner)) {
            return EINVAL;
        }
        if (level == TYPE_L1) {
            return takeForL1(s, cpu, owner, entry, pgOwner);
        }
        return pages.getPage(s, Pte.mfn(entry), owner) ? NEEDS_TYPE : EINVAL;
    }

    private int takeForL1(long[] s, int cpu, int l1eOwner, long entry, int pgOwner) {
        int mfn = Pte.mfn(entry);
        if (pages.isMmio(s, mfn)) {
            int claimant = pgOwner == DomId.IO ? cpus.domain(s, cpu) : pgOwner;
            if (machine.mayMapIo(claimant, mfn) && machine.mayMapIo(l1eOwner, mfn)) {
                return OK;
            }
            return (entry & Pte.MFN_MASK) == Pte.MFN_MASK ? EINVAL : EPERM;
        }
        int owner = pages.isValid(mfn) ? pages.owner(s, mfn) : PageInfo.NO_OWNER;
        boolean foreign = pgOwner != l1eOwner && machine.isPrivileged(pgOwner);
        if ((owner != pgOwner && !foreign) || !pages.getPage(s, mfn, owner)) {
            return EBUSY;
        }
        if (Pte.isWritable(entry)) {
            return NEEDS_TYPE;
        }
        return isCachedOtherwise(entry) ? putBack(s, entry) : OK;
    }

    /** Frames of Xen's heap are write-back for everybody. */
    private boolean isCachedOtherwise(long entry) {
        return EntryRules.isUncached(entry) && machine.isSpecial(Pte.mfn(entry));
    }

    private int putBack(long[] s, long entry) {
        pages.putPage(s, Pte.mfn(entry));
        return EACCES;
    }

    /** The entry as Xen stores it, once it may be stored: bits forced, and I/O not cached. */
    long stored(long[] s, int level, int table, long entry) {
        long adjusted = rules.adjust(level, entry, pages.owner(s, table));
        boolean mmio = level == TYPE_L1 && pages.isMmio(s, Pte.mfn(entry));
        return mmio ? rules.uncached(adjusted) : adjusted;
    }

    int settle(long[] s, int level, int table, long entry, int result) {
        if (result == OK && level == TYPE_L1 && isCachedOtherwise(entry)) {
            putType(s, Pte.mfn(entry), -1);
            return putBack(s, entry);
        }
        if (result == OK) {
            return OK;
        }
        pages.putPage(s, Pte.mfn(entry));
        if (level == TYPE_L1) {
            return machine.has(Defect.WRITABLE_CONFLICT_IS_EINVAL) ? EINVAL : EBUSY;
        }
        return result == EINVAL ? getLinear(s, level, table, entry) : result;
    }

    static int childType(int level) {
        return level == TYPE_L1 ? TYPE_WRITABLE : level - 1;
    }

    /**
     * A read-only entry may name a validated table of its own level: a linear page table ({@code
     * define_get_linear_pagetable}; facts 2.6). One level deep only: a table is container or
     * target.
     */
    private int getLinear(long[] s, int level, int table, long entry) {
        int target = Pte.mfn(entry);
        if (!machine.linearPageTables
                || level < 2
                || (level == 3 && machine.isPv32(pages.owner(s, table)))
                || isWritableLinear(entry)) {
            return EINVAL;
        }
        if (target == table) {
            return OK;
        }
        boolean fits =
                pages.isValid(target)
                        && hasRoomForLinear(s, table, target)
                        && pages.type(s, target) == level
                        && pages.validated(s, target)
                        && pages.typeCount(s, target) > 0;
        if (!fits || !pages.getPage(s, target, pages.owner(s, table))) {
            return EINVAL;
        }
        pages.addLinearCount(s, table, 1);
        pages.addLinearCount(s, target, -1);
        pages.incrementTypeCount(s, target);
        return OK;
    }

    private boolean isWritableLinear(long entry) {
        return Pte.isWritable(entry) && !machine.has(Defect.LINEAR_ENTRY_MAY_BE_WRITABLE);
    }

    /** A table may have linear entries, or be the target of some, but not both. */
    private boolean hasRoomForLinear(long[] s, int table, int target) {
        return machine.has(Defect.LINEAR_DEPTH_UNLIMITED)
                || (pages.linearCount(s, table) >= 0 && pages.linearCount(s, target) <= 0);
    }

    // Dropping.

    /** {@code put_page_from_l1e..l4e}: drops what a present entry of a validated table holds. */
    void putEntry(long[] s, int level, int table, long entry) {
        int mfn = Pte.mfn(entry);
        if (!Pte.isPresent(entry) || pages.isMmio(s, mfn)) {
            return;
        }
        if (level == TYPE_L1) {
            if (Pte.isWritable(entry)) {
                putType(s, mfn, -1);
            }
            pages.putPage(s, mfn);
        } else if (mfn != table) {
            putType(s, mfn, table);
            pages.putPage(s, mfn);
        }
    }

    /** {@code put_page_and_type}. */
    void putPageAndType(long[] s, int mfn) {
        putType(s, mfn, -1);
        pages.putPage(s, mfn);
    }

    /**
     * Drops a type reference; the last one devalidates a table and so drops what its entries hold.
     *
     * @param container the table that named this one, or -1
     */
    void putType(long[] s, int mfn, int container) {
        int type = pages.type(s, mfn);
        if (container >= 0 && pages.type(s, container) == type) {
            pages.addLinearCount(s, container, -1);
            pages.addLinearCount(s, mfn, 1);
        }
        boolean table = type >= TYPE_L1 && type <= TYPE_L4;
        if (table && pages.typeCount(s, mfn) == 1 && pages.validated(s, mfn)) {
            pages.setValidated(s, mfn, false);
            putEntries(s, mfn, type, geometry.slotCount());
        }
        pages.decrementTypeCount(s, mfn);
    }

    void putEntries(long[] s, int mfn, int level, int end) {
        int i = end;
        while ((i = entries.previousEntry(s, mfn, i)) >= 0) {
            int slot = geometry.slotNumber(i);
            if (rules.isGuestSlot(level, slot)) {
                putEntry(s, level, mfn, entries.read(s, mfn, slot));
            }
        }
    }

    /**
     * Whether dropping a reference would have to wait: the last but one reference of a table that
     * another CPU has locked, here or below.
     */
    boolean dropWaits(long[] s, int mfn) {
        if (!isTable(s, mfn) || (!pages.locked(s, mfn) && pages.typeCount(s, mfn) > 1)) {
            return false;
        }
        nothingDropped();
        return wouldWait(s, mfn);
    }

    /** As {@link #dropWaits}, for what the first {@code end} tracked entries of a table name. */
    boolean entriesWait(long[] s, int mfn, int end) {
        nothingDropped();
        return entriesWouldWait(s, mfn, end);
    }

    private void nothingDropped() {
        for (int i = 0; i < droppedCount; i++) {
            wouldDrop[dropped[i]] = 0;
        }
        droppedCount = 0;
    }

    private void dropOne(int mfn) {
        if (wouldDrop[mfn] == 0) {
            if (droppedCount == dropped.length) {
                dropped = Arrays.copyOf(dropped, 2 * droppedCount);
            }
            dropped[droppedCount] = mfn;
            droppedCount++;
        }
        wouldDrop[mfn]++;
    }

    /** One reference more would be dropped: a table may be named several times below. */
    private boolean wouldWait(long[] s, int mfn) {
        if (!isTable(s, mfn)) {
            return false;
        }
        dropOne(mfn);
        long left = pages.typeCount(s, mfn) - wouldDrop[mfn];
        if (pages.locked(s, mfn)) {
            return left <= 1 && !machine.has(Defect.UNLOCK_DROPS_LAST_REFERENCE);
        }
        boolean devalidates = left == 0 && pages.validated(s, mfn) && pages.type(s, mfn) > TYPE_L1;
        return devalidates && entriesWouldWait(s, mfn, geometry.slotCount());
    }

    private boolean entriesWouldWait(long[] s, int mfn, int end) {
        int type = pages.type(s, mfn);
        for (int i = 0; i < end; i++) {
            int slot = geometry.slotNumber(i);
            long entry = entries.read(s, mfn, slot);
            boolean child =
                    rules.isGuestSlot(type, slot) && Pte.isPresent(entry) && Pte.mfn(entry) != mfn;
            if (child && wouldWait(s, Pte.mfn(entry))) {
                return true;
            }
        }
        return false;
    }

    private boolean isTable(long[] s, int mfn) {
        int type = pages.isValid(mfn) ? pages.type(s, mfn) : 0;
        return type >= TYPE_L1 && type <= TYPE_L4;
    }
}
