package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EBUSY;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;

/**
 * Taking and dropping type references: {@code _get_page_type}, {@code _put_page_type}, {@code
 * promote_l1..l4_table} and their reverse (mm.c; facts 1.6, 1.7, 2).
 *
 * <h2>Overview</h2>
 *
 * A frame has one type at a time, and may get another only while its type count is 0. A real change
 * has three parts between which other CPUs act: the new type is <em>published</em> with count 1 and
 * not validated; all CPUs that may hold a translation from before are <em>flushed</em>; the
 * contents are <em>validated</em>, which takes references on everything they name and may so begin
 * further type changes. A request is therefore suspended in the middle of a recursion. Its depth is
 * known (a root, three levels below, a page mapped writable), so the recursion is a stack of five
 * words in the CPU's block instead of Java's: each holds a frame, the type wanted, and the slot
 * that validation has reached. {@link #run} goes on from there.
 *
 * <p>Dropping has no such points and is plain recursion. One per thread.
 */
final class PageTypes {
    private static final int PENDING = Integer.MIN_VALUE + 1;
    private static final int NEEDS_TYPE = 1;

    private static final int PHASE_GET = 0;
    private static final int PHASE_VALIDATE = 1;
    private static final int TYPE_SHIFT = 32;
    private static final int PHASE_SHIFT = 36;
    private static final int INDEX_SHIFT = 40;

    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryRules rules;
    private final EntryStore entries;
    private final Flushing flushing;
    private final Events events;

    PageTypes(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryRules rules,
            EntryStore entries,
            Flushing flushing,
            Events events) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.rules = rules;
        this.entries = entries;
        this.flushing = flushing;
        this.events = events;
    }

    // Taking references.

    /**
     * Takes a type reference on a frame on which the caller holds a general one.
     *
     * @return a code, or SUSPENDED: then the CPU's stage tells what comes next, and {@link #run}
     *     goes on
     */
    int get(long[] s, int cpu, int mfn, int type) {
        push(s, cpu, mfn, type);
        return run(s, cpu);
    }

    /** Goes on with a suspended request. */
    int run(long[] s, int cpu) {
        int result = PENDING;
        while (true) {
            int top = cpus.stackDepth(s, cpu) - 1;
            if (top < 0) {
                return result;
            }
            if (result != PENDING) {
                result = childDone(s, cpu, top, result);
            } else if (phase(s, cpu, top) == PHASE_GET) {
                result = tryGet(s, cpu, top);
            } else {
                result = validate(s, cpu, top);
            }
            if (result == SUSPENDED) {
                return SUSPENDED;
            }
        }
    }

    /** Whether the frame that a CPU waits for is still being validated by another one. */
    boolean isWaiting(long[] s, int cpu) {
        int top = cpus.stackDepth(s, cpu) - 1;
        int mfn = mfn(s, cpu, top);
        return pages.typeCount(s, mfn) > 0
                && pages.type(s, mfn) == type(s, cpu, top)
                && !pages.validated(s, mfn);
    }

    /** The frame whose type change is in progress on top of the stack. */
    int current(long[] s, int cpu) {
        return mfn(s, cpu, cpus.stackDepth(s, cpu) - 1);
    }

    private int tryGet(long[] s, int cpu, int top) {
        int mfn = mfn(s, cpu, top);
        int type = type(s, cpu, top);
        if (pages.typeCount(s, mfn) == 0) {
            return take(s, cpu, top, mfn, type);
        }
        if (pages.type(s, mfn) != type) {
            return pop(s, cpu, EINVAL);
        }
        if (!pages.validated(s, mfn)) {
            cpus.setStage(s, cpu, Stage.TYPE_WAIT);
            return SUSPENDED;
        }
        pages.incrementTypeCount(s, mfn);
        return pop(s, cpu, OK);
    }

    private int take(long[] s, int cpu, int top, int mfn, int type) {
        if (pages.type(s, mfn) == type) {
            pages.reuse(s, mfn);
            if (type == TYPE_WRITABLE) {
                pages.setValidated(s, mfn, true);
                return pop(s, cpu, OK);
            }
            setPhase(s, cpu, top, PHASE_VALIDATE, 0);
            return PENDING;
        }
        long flush = mustFlush(s, mfn);
        if (machine.has(Defect.FLUSH_BEFORE_PUBLISH)) {
            flushing.startTypeChange(s, cpu, flush, Stage.TYPE_PUBLISH);
        } else {
            publish(s, cpu, mfn, type, flush);
            setPhase(s, cpu, top, PHASE_VALIDATE, 0);
            flushing.startTypeChange(s, cpu, flush, Stage.TYPE_VALIDATE);
        }
        return SUSPENDED;
    }

    /** The old order (XSA-401): after the flush, the type is taken if the frame is still free. */
    int publishAfterFlush(long[] s, int cpu) {
        int top = cpus.stackDepth(s, cpu) - 1;
        int mfn = mfn(s, cpu, top);
        if (pages.typeCount(s, mfn) == 0) {
            publish(s, cpu, mfn, type(s, cpu, top), 0);
            setPhase(s, cpu, top, PHASE_VALIDATE, 0);
            cpus.setStage(s, cpu, Stage.TYPE_VALIDATE);
            return SUSPENDED;
        }
        return run(s, cpu);
    }

    /** The owner's dirty CPUs, less those that have flushed since the frame was last in use. */
    private long mustFlush(long[] s, int mfn) {
        if (machine.has(Defect.NO_TYPE_CHANGE_FLUSH)) {
            return 0;
        }
        return Domain.dirtyMask(s) & pages.needsFlush(s, mfn);
    }

    private void publish(long[] s, int cpu, int mfn, int type, long flush) {
        pages.publish(s, mfn, type);
        events.observer.published(s, cpu, mfn, type, flush);
    }

    // Validating contents.

    private int validate(long[] s, int cpu, int top) {
        int mfn = mfn(s, cpu, top);
        int type = type(s, cpu, top);
        if (type >= TYPE_L1 && type <= TYPE_L4) {
            for (int i = index(s, cpu, top); i < geometry.slotCount(); i++) {
                int rc = validateEntry(s, cpu, top, mfn, type, i);
                if (rc != OK) {
                    return rc == NEEDS_TYPE ? PENDING : rc;
                }
            }
            if (type == TYPE_L4) {
                fillXenSlots(s, cpu, mfn);
            }
        }
        pages.setValidated(s, mfn, true);
        events.observer.validated(s, cpu, mfn, type, OK);
        return pop(s, cpu, OK);
    }

    private int validateEntry(long[] s, int cpu, int top, int mfn, int level, int i) {
        int slot = geometry.slotNumber(i);
        long entry = entries.read(s, mfn, slot);
        if (!rules.isGuestSlot(level, slot) || !Pte.isPresent(entry)) {
            return OK;
        }
        int rc = takeFor(s, level, mfn, entry);
        if (rc == NEEDS_TYPE) {
            setPhase(s, cpu, top, PHASE_VALIDATE, i);
            push(s, cpu, Pte.mfn(entry), childType(level));
            return NEEDS_TYPE;
        }
        if (rc != OK) {
            return fail(s, cpu, mfn, level, i, rc);
        }
        entries.store(s, cpu, 0, mfn, slot, rules.adjust(level, entry));
        return OK;
    }

    /** The child of the entry that validation has reached has its type, or has not got it. */
    private int childDone(long[] s, int cpu, int top, int result) {
        int mfn = mfn(s, cpu, top);
        int level = type(s, cpu, top);
        int i = index(s, cpu, top);
        int slot = geometry.slotNumber(i);
        long entry = entries.read(s, mfn, slot);
        int rc = settle(s, level, mfn, entry, result);
        if (rc != OK) {
            return fail(s, cpu, mfn, level, i, rc);
        }
        entries.store(s, cpu, 0, mfn, slot, rules.adjust(level, entry));
        setPhase(s, cpu, top, PHASE_VALIDATE, i + 1);
        return PENDING;
    }

    private void fillXenSlots(long[] s, int cpu, int mfn) {
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            if (!XenSlots.isGuestL4Slot(slot)) {
                long entry = slot == LinearMap.SLOT ? Pte.of(mfn, EntryRules.LINEAR_SLOT_FLAGS) : 0;
                entries.store(s, cpu, 0, mfn, slot, entry);
            }
        }
    }

    /**
     * Validation failed at entry {@code i}. An L1, or a table that failed at its first entry, loses
     * its type at once; another one is parked half validated, and a continuation takes back what
     * the entries before {@code i} hold.
     */
    private int fail(long[] s, int cpu, int mfn, int level, int i, int rc) {
        events.observer.validated(s, cpu, mfn, level, rc);
        if (level == TYPE_L1 || i == 0) {
            putEntries(s, mfn, level, i);
            pages.clearType(s, mfn);
            return pop(s, cpu, rc);
        }
        if (cpus.parked(s, cpu) >= 0) {
            dropParked(s, cpu);
        }
        pages.setPartial(s, mfn, true);
        pages.getPage(s, mfn, pages.owner(s, mfn));
        cpus.park(s, cpu, mfn, -1, i);
        return pop(s, cpu, rc);
    }

    // The references of one entry.

    /**
     * Checks a present entry of a table and takes the general reference on what it names.
     *
     * @return OK (nothing more is needed), NEEDS_TYPE (then {@link #settle} must follow), or a code
     */
    private int takeFor(long[] s, int level, int table, long entry) {
        int mfn = Pte.mfn(entry);
        if (rules.isRefused(level, entry)) {
            return EINVAL;
        }
        if (level == TYPE_L1 && !pages.isValid(mfn)) {
            return (entry & Pte.MFN_MASK) == Pte.MFN_MASK ? EINVAL : EPERM;
        }
        if (!pages.getPage(s, mfn, pages.owner(s, table))) {
            return level == TYPE_L1 ? EBUSY : EINVAL;
        }
        return level > TYPE_L1 || Pte.isWritable(entry) ? NEEDS_TYPE : OK;
    }

    private int settle(long[] s, int level, int table, long entry, int result) {
        if (result == OK) {
            return OK;
        }
        pages.putPage(s, Pte.mfn(entry));
        if (level == TYPE_L1) {
            return EBUSY;
        }
        return result == EINVAL ? getLinear(s, level, table, entry) : result;
    }

    private static int childType(int level) {
        return level == TYPE_L1 ? TYPE_WRITABLE : level - 1;
    }

    /** Takes the references of an entry that is about to be stored; as {@link #get}. */
    int getForEntry(long[] s, int cpu, int level, int table, long entry) {
        int rc = takeFor(s, level, table, entry);
        if (rc != NEEDS_TYPE) {
            return rc;
        }
        rc = get(s, cpu, Pte.mfn(entry), childType(level));
        return rc == SUSPENDED ? SUSPENDED : settle(s, level, table, entry, rc);
    }

    /** As {@link #getForEntry}, when the stack has run empty with this code. */
    int settleForEntry(long[] s, int level, int table, long entry, int result) {
        return settle(s, level, table, entry, result);
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
                || (machine.pv32 && level == 3)
                || Pte.isWritable(entry)) {
            return EINVAL;
        }
        if (target == table) {
            return OK;
        }
        boolean fits =
                pages.linearCount(s, table) >= 0
                        && pages.isValid(target)
                        && pages.linearCount(s, target) <= 0
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

    // Dropping references.

    /** {@code put_page_from_l1e..l4e}: drops what a present entry of a validated table holds. */
    void putEntry(long[] s, int level, int table, long entry) {
        int mfn = Pte.mfn(entry);
        if (!Pte.isPresent(entry) || !pages.isValid(mfn)) {
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

    private void putEntries(long[] s, int mfn, int level, int end) {
        for (int i = end - 1; i >= 0; i--) {
            int slot = geometry.slotNumber(i);
            if (rules.isGuestSlot(level, slot)) {
                putEntry(s, level, mfn, entries.read(s, mfn, slot));
            }
        }
    }

    /** {@code put_old_guest_table}: drops the table that this CPU's call has parked. */
    void dropParked(long[] s, int cpu) {
        int mfn = cpus.parked(s, cpu);
        int container = cpus.parkedContainer(s, cpu);
        int partial = cpus.parkedPartial(s, cpu);
        cpus.unpark(s, cpu);
        if (partial >= 0) {
            pages.setPartial(s, mfn, false);
            putEntries(s, mfn, pages.type(s, mfn), partial);
            pages.decrementTypeCount(s, mfn);
        } else {
            putType(s, mfn, container);
        }
        pages.putPage(s, mfn);
        events.observer.dropped(s, cpu, mfn);
    }

    /**
     * Whether dropping a reference would have to wait: the last but one reference of a table that
     * another CPU has locked, here or below.
     */
    boolean dropWaits(long[] s, int mfn) {
        int type = pages.type(s, mfn);
        if (type < TYPE_L1 || type > TYPE_L4 || !pages.isValid(mfn)) {
            return false;
        }
        if (pages.locked(s, mfn)) {
            return pages.typeCount(s, mfn) <= 2;
        }
        if (pages.typeCount(s, mfn) > 1 || !pages.validated(s, mfn) || type == TYPE_L1) {
            return false;
        }
        return entriesWait(s, mfn, geometry.slotCount());
    }

    /** As {@link #dropWaits}, for the table that this CPU's call has parked. */
    boolean dropOfParkedWaits(long[] s, int cpu) {
        int partial = cpus.parkedPartial(s, cpu);
        int mfn = cpus.parked(s, cpu);
        return partial < 0 ? dropWaits(s, mfn) : entriesWait(s, mfn, partial);
    }

    private boolean entriesWait(long[] s, int mfn, int end) {
        int type = pages.type(s, mfn);
        for (int i = 0; i < end; i++) {
            int slot = geometry.slotNumber(i);
            long entry = entries.read(s, mfn, slot);
            boolean child =
                    rules.isGuestSlot(type, slot)
                            && Pte.isPresent(entry)
                            && Pte.mfn(entry) != mfn
                            && pages.isValid(Pte.mfn(entry));
            if (child && dropWaits(s, Pte.mfn(entry))) {
                return true;
            }
        }
        return false;
    }

    // Locks.

    /** {@code page_lock}: refused for a frame that is not validated or has no type reference. */
    boolean lock(long[] s, int mfn) {
        if (!pages.validated(s, mfn) || pages.typeCount(s, mfn) == 0) {
            return false;
        }
        pages.setLocked(s, mfn, true);
        if (!machine.has(Defect.LOCK_NOT_COUNTED)) {
            pages.incrementTypeCount(s, mfn);
        }
        return true;
    }

    void unlock(long[] s, int mfn) {
        pages.setLocked(s, mfn, false);
        if (!machine.has(Defect.LOCK_NOT_COUNTED)) {
            pages.decrementTypeCount(s, mfn);
        }
    }

    // The stack.

    private void push(long[] s, int cpu, int mfn, int type) {
        int depth = cpus.stackDepth(s, cpu);
        cpus.setStackWord(s, cpu, depth, mfn | ((long) type << TYPE_SHIFT));
        cpus.setStackDepth(s, cpu, depth + 1);
    }

    private int pop(long[] s, int cpu, int rc) {
        int depth = cpus.stackDepth(s, cpu) - 1;
        cpus.setStackWord(s, cpu, depth, 0);
        cpus.setStackDepth(s, cpu, depth);
        return rc;
    }

    private void setPhase(long[] s, int cpu, int top, int phase, int index) {
        long word = cpus.stackWord(s, cpu, top) & ((1L << PHASE_SHIFT) - 1);
        word |= ((long) phase << PHASE_SHIFT) | ((long) index << INDEX_SHIFT);
        cpus.setStackWord(s, cpu, top, word);
    }

    private int mfn(long[] s, int cpu, int top) {
        return (int) cpus.stackWord(s, cpu, top);
    }

    private int type(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> TYPE_SHIFT) & 7;
    }

    private int phase(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> PHASE_SHIFT) & 0xF;
    }

    private int index(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> INDEX_SHIFT) & 0xFFFF;
    }

    Layout layout() {
        return layout;
    }
}
