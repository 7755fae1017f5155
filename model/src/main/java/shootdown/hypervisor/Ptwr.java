package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L1;

import shootdown.hardware.Models;
import shootdown.hardware.PageFault;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.Access;

/**
 * Writable page tables: Xen carries out a guest kernel's store to an L1 table that it maps
 * read-only ({@code pv_ro_page_fault}; facts 7.5). It finds the table through the linear map, and
 * then works by frame number, as update_va_mapping does; there is neither a fast path nor a flush.
 */
@Models(
        value = {"pv/ro-page-fault.c: pv_ro_page_fault", "pv/mm.h: guest_get_eff_kern_l1e"},
        simplified =
                "whole entries only; read-only I/O memory is not emulated; the linear read, locking"
                        + " and the edit are one step each")
final class Ptwr {
    /** A write that found a translation, not a fetch, and no reserved bit. */
    private static final int LOOKED_AT =
            PageFault.PRESENT | PageFault.WRITE | PageFault.RESERVED | PageFault.FETCH;

    private static final int FAULT = PageFault.PRESENT | PageFault.WRITE;

    private final Machine machine;
    private final CpuState cpus;
    private final PageInfo pages;
    private final EntryStore entries;
    private final EntryReferences refs;
    private final PageTypes types;
    private final LinearReads linear;
    private final Traps traps;
    private final Events events;

    Ptwr(
            Layout layout,
            CpuState cpus,
            PageInfo pages,
            EntryStore entries,
            EntryReferences refs,
            PageTypes types,
            LinearReads linear,
            Traps traps,
            Events events) {
        this.machine = layout.machine();
        this.cpus = cpus;
        this.pages = pages;
        this.entries = entries;
        this.refs = refs;
        this.types = types;
        this.linear = linear;
        this.traps = traps;
        this.events = events;
    }

    /**
     * Whether Xen tries to mend a fault of the guest kernel, instead of passing it on. For dom0 it
     * always does, since dom0 may also write to read-only I/O memory.
     */
    boolean mayMend(long[] s, int cpu, Access access, int errorCode) {
        return (errorCode & LOOKED_AT) == FAULT
                && XenSlots.isGuestL4Slot(access.va().i4())
                && (machine.isPrivileged(cpus.domain(s, cpu)) || hasAssist(s, cpu));
    }

    private boolean hasAssist(long[] s, int cpu) {
        return Domain.hasAssist(s, cpus.domainWord(s, cpu), Domain.WRITABLE_PAGETABLES);
    }

    /**
     * Reads the L1 entry of the address; which cached translation the read uses is a choice.
     *
     * @param window number of the linear page that is read
     */
    void read(long[] s, int cpu, Access access, int window) {
        long entry = linear.entry(s, cpu, window, access.va().i1());
        if (Pte.isPresent(entry) && !Pte.isWritable(entry)) {
            cpus.setCallTable(s, cpu, Pte.mfn(entry));
            cpus.setStage(s, cpu, Stage.PTWR_LOCK);
        } else {
            refuse(s, cpu, access);
        }
    }

    boolean canLock(long[] s, int cpu) {
        int table = cpus.callTable(s, cpu);
        return !pages.isValid(table) || !pages.locked(s, table);
    }

    /** Locks the frame that the address maps, if it is an L1 table of the guest's. */
    void lock(long[] s, int cpu, Access access) {
        int table = cpus.callTable(s, cpu);
        if (!pages.getPage(s, table, cpus.domain(s, cpu))) {
            refuse(s, cpu, access);
        } else if (types.lockL1(s, table)) {
            cpus.setStage(s, cpu, Stage.PTWR_MODIFY);
        } else {
            pages.putPage(s, table);
            refuse(s, cpu, access);
        }
    }

    /** The store, if Xen accepts the new entry. */
    void modify(long[] s, int cpu, Access access) {
        int rc = OK;
        if (Pte.isPresent(access.value())) {
            rc =
                    types.getForEntry(
                            s,
                            cpu,
                            TYPE_L1,
                            cpus.callTable(s, cpu),
                            access.value(),
                            cpus.domain(s, cpu));
        }
        taken(s, cpu, access, rc);
    }

    /** Goes on when the type stack has run empty with {@code result}. */
    void resume(long[] s, int cpu, Access access, int result) {
        int table = cpus.callTable(s, cpu);
        taken(s, cpu, access, refs.settle(s, TYPE_L1, table, access.value(), result));
    }

    private void taken(long[] s, int cpu, Access access, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        int table = cpus.callTable(s, cpu);
        if (rc == OK) {
            long old = entries.read(s, table, access.slot());
            boolean present = Pte.isPresent(access.value());
            long entry = present ? refs.stored(s, TYPE_L1, table, access.value()) : access.value();
            entries.store(s, cpu, TYPE_L1, table, access.slot(), entry);
            refs.putEntry(s, TYPE_L1, table, old);
        }
        types.unlock(s, table);
        pages.putPage(s, table);
        if (rc == OK) {
            events.observer.accessed(s, cpu, table, access.value());
            traps.done(s, cpu);
        } else {
            refuse(s, cpu, access);
        }
    }

    private void refuse(long[] s, int cpu, Access access) {
        traps.pageFault(s, cpu, FAULT, access.linear());
    }
}
