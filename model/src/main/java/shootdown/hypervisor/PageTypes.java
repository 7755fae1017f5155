package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
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
@Models(
        value = {
            "mm.c: _get_page_type",
            "mm.c: _put_page_type",
            "mm.c: validate_page",
            "mm.c: validate_segdesc_page",
            "mm.c: promote_l1_table .. promote_l4_table",
            "mm.c: put_old_guest_table",
            "mm.c: page_lock",
            "mm.c: page_unlock"
        },
        simplified =
                "preempted only on machines that ask for it, behind every entry of the outermost "
                        + "table, and others wait then too; a table half "
                        + "validated is torn down by its own CPU, and others wait; a "
                        + "nested one is torn down at once; a drop is one step")
final class PageTypes {
    private static final int PENDING = Integer.MIN_VALUE + 1;

    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryRules rules;
    private final EntryStore entries;
    private final EntryReferences refs;
    private final TypeStack stack;
    private final Flushing flushing;
    private final Events events;

    PageTypes(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryRules rules,
            EntryStore entries,
            EntryReferences refs,
            Flushing flushing,
            Events events) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = pages;
        this.cpus = cpus;
        this.rules = rules;
        this.entries = entries;
        this.refs = refs;
        this.stack = new TypeStack(cpus);
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
        stack.push(s, cpu, mfn, type);
        return run(s, cpu);
    }

    /** Goes on with a suspended request. */
    int run(long[] s, int cpu) {
        int result = PENDING;
        while (true) {
            int top = stack.top(s, cpu);
            if (top < 0) {
                return result;
            }
            if (result != PENDING) {
                result = childDone(s, cpu, top, result);
            } else if (stack.phase(s, cpu, top) == TypeStack.PHASE_GET) {
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
        int top = stack.top(s, cpu);
        int mfn = stack.mfn(s, cpu, top);
        return pages.typeCount(s, mfn) > 0
                && pages.type(s, mfn) == stack.type(s, cpu, top)
                && !pages.validated(s, mfn);
    }

    private int tryGet(long[] s, int cpu, int top) {
        int mfn = stack.mfn(s, cpu, top);
        int type = stack.type(s, cpu, top);
        if (pages.typeCount(s, mfn) == 0) {
            return take(s, cpu, top, mfn, type);
        }
        if (pages.type(s, mfn) != type) {
            return stack.pop(s, cpu, EINVAL);
        }
        if (!pages.validated(s, mfn)) {
            cpus.setStage(s, cpu, Stage.TYPE_WAIT);
            return SUSPENDED;
        }
        pages.incrementTypeCount(s, mfn);
        return stack.pop(s, cpu, OK);
    }

    private int take(long[] s, int cpu, int top, int mfn, int type) {
        if (pages.type(s, mfn) == type) {
            pages.reuse(s, mfn);
            if (type == TYPE_WRITABLE || pages.validated(s, mfn)) {
                pages.setValidated(s, mfn, true);
                return stack.pop(s, cpu, OK);
            }
            stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, 0);
            return PENDING;
        }
        long flush = mustFlush(s, mfn, type);
        boolean wasTable = isTable(pages.type(s, mfn));
        if (machine.has(Defect.FLUSH_BEFORE_PUBLISH)) {
            flushing.startTypeChange(s, cpu, flush, wasTable, Stage.TYPE_PUBLISH);
        } else {
            publish(s, cpu, mfn, type, flush);
            stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, 0);
            flushing.startTypeChange(s, cpu, flush, wasTable, Stage.TYPE_VALIDATE);
        }
        return SUSPENDED;
    }

    /** The old order (XSA-401): after the flush, the type is taken if the frame is still free. */
    int publishAfterFlush(long[] s, int cpu) {
        int top = stack.top(s, cpu);
        int mfn = stack.mfn(s, cpu, top);
        if (pages.typeCount(s, mfn) == 0) {
            publish(s, cpu, mfn, stack.type(s, cpu, top), 0);
            stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, 0);
            cpus.setStage(s, cpu, Stage.TYPE_VALIDATE);
            return SUSPENDED;
        }
        return run(s, cpu);
    }

    /** The owner's dirty CPUs, less those that have flushed since the frame was last in use. */
    private long mustFlush(long[] s, int mfn, int type) {
        if (machine.has(Defect.NO_TYPE_CHANGE_FLUSH)
                || (machine.shadowFilter && decidingType(s, mfn, type) != TYPE_WRITABLE)) {
            return 0;
        }
        long dirty = Domain.dirtyMask(s, layout.domain(pages.owner(s, mfn)));
        return dirty & pages.needsFlush(s, mfn);
    }

    private static boolean isTable(int type) {
        return type >= TYPE_L1 && type <= TYPE_L4;
    }

    /** In shadow mode: what the frame was before decides. */
    private int decidingType(long[] s, int mfn, int type) {
        return machine.has(Defect.SHADOW_FILTER_SEES_NEW_TYPE) ? type : pages.type(s, mfn);
    }

    private void publish(long[] s, int cpu, int mfn, int type, long flush) {
        pages.publish(s, mfn, type);
        events.observer.published(s, cpu, mfn, type, flush);
    }

    // Validating contents.

    private int validate(long[] s, int cpu, int top) {
        int mfn = stack.mfn(s, cpu, top);
        int type = stack.type(s, cpu, top);
        if (isTable(type)) {
            int end = geometry.slotCount();
            int i = stack.index(s, cpu, top);
            resumePreempted(s, mfn);
            while ((i = entries.nextEntry(s, mfn, i, end)) < end) {
                int rc = validateEntry(s, cpu, top, mfn, type, i);
                if (rc != OK) {
                    return rc == EntryReferences.NEEDS_TYPE ? PENDING : rc;
                }
                i++;
                if (isPreempted(s, top, mfn, i)) {
                    stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, i);
                    return preempt(s, cpu, mfn);
                }
            }
            if (type == TYPE_L4) {
                fillXenSlots(s, cpu, mfn);
            }
        }
        if (type == PageInfo.TYPE_SEG_DESC && !validateDescriptors(s, cpu, mfn)) {
            events.observer.validated(s, cpu, mfn, type, EINVAL);
            pages.clearType(s, mfn);
            return stack.pop(s, cpu, EINVAL);
        }
        pages.setValidated(s, mfn, true);
        events.observer.validated(s, cpu, mfn, type, OK);
        return stack.pop(s, cpu, OK);
    }

    /** Whether the continuation comes now: behind an entry, if there are more. */
    private boolean isPreempted(long[] s, int top, int mfn, int next) {
        int end = geometry.slotCount();
        return machine.preemptsValidation && top == 0 && entries.nextEntry(s, mfn, next, end) < end;
    }

    private int preempt(long[] s, int cpu, int mfn) {
        pages.setPartial(s, mfn, true);
        cpus.setStage(s, cpu, Stage.TYPE_VALIDATE);
        return SUSPENDED;
    }

    private void resumePreempted(long[] s, int mfn) {
        if (machine.preemptsValidation && pages.partial(s, mfn)) {
            pages.setPartial(s, mfn, false);
            if (machine.has(Defect.LINEAR_COUNT_RESET_ON_RESUME)) {
                pages.addLinearCount(s, mfn, -pages.linearCount(s, mfn));
            }
        }
    }

    /** {@code validate_segdesc_page}: those before the first bad one are adjusted all the same. */
    private boolean validateDescriptors(long[] s, int cpu, int mfn) {
        boolean pv32 = machine.isPv32(pages.owner(s, mfn));
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            long descriptor = entries.read(s, mfn, slot);
            if (SegmentDescriptor.isRefused(descriptor, pv32)) {
                return false;
            }
            entries.store(s, cpu, 0, mfn, slot, SegmentDescriptor.adjusted(descriptor, pv32));
        }
        return true;
    }

    private int validateEntry(long[] s, int cpu, int top, int mfn, int level, int i) {
        int slot = geometry.slotNumber(i);
        long entry = entries.read(s, mfn, slot);
        if (!rules.isGuestSlot(level, slot) || !Pte.isPresent(entry)) {
            return OK;
        }
        int rc = refs.takeFor(s, cpu, level, mfn, entry, pages.owner(s, mfn));
        if (rc == EntryReferences.NEEDS_TYPE) {
            stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, i);
            stack.push(s, cpu, Pte.mfn(entry), EntryReferences.childType(level));
            return EntryReferences.NEEDS_TYPE;
        }
        if (rc != OK) {
            return fail(s, cpu, mfn, level, i, rc);
        }
        entries.store(s, cpu, 0, mfn, slot, refs.stored(s, level, mfn, entry));
        return OK;
    }

    /** The child of the entry that validation has reached has its type, or has not got it. */
    private int childDone(long[] s, int cpu, int top, int result) {
        int mfn = stack.mfn(s, cpu, top);
        int level = stack.type(s, cpu, top);
        int i = stack.index(s, cpu, top);
        int slot = geometry.slotNumber(i);
        long entry = entries.read(s, mfn, slot);
        int rc = refs.settle(s, level, mfn, entry, result);
        if (rc != OK) {
            return fail(s, cpu, mfn, level, i, rc);
        }
        entries.store(s, cpu, 0, mfn, slot, refs.stored(s, level, mfn, entry));
        stack.setPhase(s, cpu, top, TypeStack.PHASE_VALIDATE, i + 1);
        return isPreempted(s, top, mfn, i + 1) ? preempt(s, cpu, mfn) : PENDING;
    }

    private void fillXenSlots(long[] s, int cpu, int mfn) {
        for (int slot = XenSlots.FIRST; slot <= XenSlots.LAST; slot++) {
            if (geometry.slotIndex(slot) >= 0) {
                entries.store(s, cpu, 0, mfn, slot, xenSlot(s, mfn, slot));
            }
        }
    }

    /** Base pointers say more about the slot of the machine-to-physical table than promotion. */
    private long xenSlot(long[] s, int mfn, int slot) {
        return switch (slot) {
            case LinearMap.SLOT -> Pte.of(mfn, EntryRules.LINEAR_SLOT_FLAGS);
            case XenSlots.M2P -> isM2pStrict(s, mfn) ? XenSlots.entry(slot) : 0;
            default -> XenSlots.entry(slot);
        };
    }

    private boolean isM2pStrict(long[] s, int mfn) {
        int owner = layout.domain(pages.owner(s, mfn));
        return Domain.hasAssist(s, owner, Domain.M2P_STRICT);
    }

    /**
     * Validation failed at entry {@code i}. An L1, or a table that failed at its first entry, loses
     * its type at once; another one is parked half validated, and a continuation takes back what
     * the entries before {@code i} hold.
     */
    private int fail(long[] s, int cpu, int mfn, int level, int i, int rc) {
        events.observer.validated(s, cpu, mfn, level, rc);
        if (level == TYPE_L1 || geometry.slotNumber(i) == 0) {
            refs.putEntries(s, mfn, level, i);
            pages.clearType(s, mfn);
            return stack.pop(s, cpu, rc);
        }
        if (cpus.parked(s, cpu) >= 0) {
            events.observer.lost(s, cpu, cpus.parked(s, cpu));
            dropParked(s, cpu);
        }
        pages.setPartial(s, mfn, true);
        pages.getPage(s, mfn, pages.owner(s, mfn));
        cpus.park(s, cpu, mfn, -1, i);
        return stack.pop(s, cpu, rc);
    }

    /** Takes the references of an entry that is about to be stored; as {@link #get}. */
    int getForEntry(long[] s, int cpu, int level, int table, long entry, int pgOwner) {
        int rc = refs.takeFor(s, cpu, level, table, entry, pgOwner);
        if (rc != EntryReferences.NEEDS_TYPE) {
            return rc;
        }
        rc = get(s, cpu, Pte.mfn(entry), EntryReferences.childType(level));
        return rc == SUSPENDED ? SUSPENDED : refs.settle(s, level, table, entry, rc);
    }

    /** {@code put_old_guest_table}: drops the table that this CPU's call has parked. */
    void dropParked(long[] s, int cpu) {
        int mfn = cpus.parked(s, cpu);
        int container = cpus.parkedContainer(s, cpu);
        int partial = cpus.parkedPartial(s, cpu);
        cpus.unpark(s, cpu);
        if (partial >= 0) {
            pages.setPartial(s, mfn, false);
            refs.putEntries(s, mfn, pages.type(s, mfn), partial);
            pages.decrementTypeCount(s, mfn);
        } else {
            refs.putType(s, mfn, container);
        }
        pages.putPage(s, mfn);
        events.observer.dropped(s, cpu, mfn);
    }

    /** As {@link EntryReferences#dropWaits}, for the table that this CPU's call has parked. */
    boolean dropOfParkedWaits(long[] s, int cpu) {
        if (!cpus.othersInCalls(s, cpu)) {
            return false;
        }
        int partial = cpus.parkedPartial(s, cpu);
        int mfn = cpus.parked(s, cpu);
        return partial < 0 ? refs.dropWaits(s, mfn) : refs.entriesWait(s, mfn, partial);
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

    /** Locks what a linear read has named, if it is an L1 table: the final check (facts B.13). */
    boolean lockL1(long[] s, int mfn) {
        boolean checked =
                pages.type(s, mfn) == TYPE_L1 || machine.has(Defect.LINEAR_READ_NOT_CHECKED);
        return checked && lock(s, mfn);
    }

    void unlock(long[] s, int mfn) {
        pages.setLocked(s, mfn, false);
        if (!machine.has(Defect.LOCK_NOT_COUNTED)) {
            pages.decrementTypeCount(s, mfn);
        }
    }
}
