package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;

/**
 * Changing one entry of a locked table: {@code mod_l1_entry} .. {@code mod_l4_entry} (mm.c; facts
 * 3). The new reference is taken first, the old one dropped last; a child that an L2..L4 edit cuts
 * off is parked, for a continuation to drop.
 */
@Models(
        value = "mm.c: mod_l1_entry .. mod_l4_entry",
        simplified = "no L1TF check of non-present entries")
final class ModEntry {
    /** What is to be stored where. There is one a thread, made anew by {@link #edit}. */
    static final class Edit {
        private int level;
        private int table;
        private int slot;
        private long value;
        private boolean preserveAd;
    }

    private final EntryRules rules;
    private final EntryStore entries;
    private final PageTypes types;
    private final EntryReferences refs;
    private final CpuState cpus;
    private final PageInfo pages;
    private final boolean stampsInTwoSteps;
    private final Edit edit = new Edit();

    ModEntry(
            EntryRules rules,
            EntryStore entries,
            PageTypes types,
            EntryReferences refs,
            CpuState cpus,
            PageInfo pages,
            Machine machine) {
        this.rules = rules;
        this.entries = entries;
        this.types = types;
        this.refs = refs;
        this.cpus = cpus;
        this.pages = pages;
        this.stampsInTwoSteps = machine.has(Defect.STAMP_IN_TWO_STEPS);
    }

    /** The edit of this step, until the next call. A step edits one entry at most. */
    Edit edit(int level, int table, int slot, long value, boolean preserveAd) {
        edit.level = level;
        edit.table = table;
        edit.slot = slot;
        edit.value = value;
        edit.preserveAd = preserveAd;
        return edit;
    }

    /** Begins an edit: a code, or SUSPENDED, and then {@link #resume} follows. */
    int begin(long[] s, int cpu, Edit edit) {
        int rc = rules.checkSlot(edit.level, edit.slot, pages.owner(s, edit.table));
        if (rc != OK) {
            return rc;
        }
        if (rules.isChecked(edit.value)
                && rules.isRefused(edit.level, edit.value, pages.owner(s, edit.table))) {
            return EINVAL;
        }
        if (!Pte.isPresent(edit.value)) {
            return finish(s, cpu, edit, edit.value);
        }
        long entry = adjusted(s, edit);
        if (rules.isFastPath(entries.read(s, edit.table, edit.slot), entry)) {
            return storedThen(s, cpu, edit, entry, false);
        }
        rc = types.getForEntry(s, cpu, edit.level, edit.table, entry, cpus.pgOwner(s, cpu));
        return rc == OK ? finish(s, cpu, edit, refs.stored(s, edit.level, edit.table, entry)) : rc;
    }

    /** Goes on when the type stack has run empty with {@code result}. */
    int resume(long[] s, int cpu, Edit edit, int result) {
        if (result == SUSPENDED) {
            return SUSPENDED;
        }
        long entry = adjusted(s, edit);
        int rc = refs.settle(s, edit.level, edit.table, entry, result);
        return rc == OK ? finish(s, cpu, edit, refs.stored(s, edit.level, edit.table, entry)) : rc;
    }

    private long adjusted(long[] s, Edit edit) {
        return rules.adjust(edit.level, edit.value, pages.owner(s, edit.table));
    }

    private int finish(long[] s, int cpu, Edit edit, long entry) {
        return storedThen(s, cpu, edit, entry, true);
    }

    /** Stores, and lets go of the old entry: at once, or, with store buffers, in a later step. */
    private int storedThen(long[] s, int cpu, Edit edit, long entry, boolean releases) {
        long old = entries.read(s, edit.table, edit.slot);
        store(s, cpu, edit, entry);
        if (entries.buffer().isFull(s, cpu)) {
            readClock(s, cpu, edit, old);
            entries.buffer().beginEdit(s, cpu, old);
            cpus.setStage(s, cpu, Stage.STORED);
            return SUSPENDED;
        }
        return releases ? release(s, cpu, edit, old) : OK;
    }

    /** The second step: a locked instruction, then the end of the edit. */
    int stored(long[] s, int cpu, Edit edit) {
        StoreBuffer buffer = entries.buffer();
        long old = buffer.replaced(s, cpu);
        entries.locked(s, cpu);
        entries.setLastOld(old);
        boolean fast = Pte.isPresent(edit.value) && rules.isFastPath(old, adjusted(s, edit));
        int rc = fast ? OK : release(s, cpu, edit, old);
        if (buffer.hasReadClock(s, cpu) && pages.typeCount(s, Pte.mfn(old)) == 0) {
            pages.stampAsRead(s, Pte.mfn(old), buffer.row(s, cpu));
        }
        buffer.endEdit(s, cpu);
        return rc;
    }

    /** XSA-241: the clock is read for the stamp of a frame that loses its last reference. */
    private void readClock(long[] s, int cpu, Edit edit, long old) {
        boolean last =
                stampsInTwoSteps
                        && edit.level == PageInfo.TYPE_L1
                        && Pte.isPresent(old)
                        && Pte.isWritable(old)
                        && !pages.isMmio(s, Pte.mfn(old))
                        && pages.typeCount(s, Pte.mfn(old)) == 1;
        if (last) {
            entries.buffer().readClock(s, cpu);
        }
    }

    private int release(long[] s, int cpu, Edit edit, long old) {
        if (edit.level == PageInfo.TYPE_L1) {
            refs.putEntry(s, edit.level, edit.table, old);
        } else if (Pte.isPresent(old) && Pte.mfn(old) != edit.table) {
            cpus.park(s, cpu, Pte.mfn(old), edit.table, -1);
        }
        return OK;
    }

    private void store(long[] s, int cpu, Edit edit, long entry) {
        long kept =
                edit.preserveAd
                        ? entries.read(s, edit.table, edit.slot) & (Pte.ACCESSED | Pte.DIRTY)
                        : 0;
        if (edit.preserveAd) { // a locked instruction
            entries.store(s, cpu, edit.level, edit.table, edit.slot, entry | kept);
        } else {
            entries.storeLate(s, cpu, edit.level, edit.table, edit.slot, entry);
        }
    }
}
