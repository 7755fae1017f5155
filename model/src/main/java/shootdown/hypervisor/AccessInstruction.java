package shootdown.hypervisor;

import shootdown.hardware.AccessSet;
import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.PageFault;
import shootdown.hardware.Pte;
import shootdown.hardware.Rights;
import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Access;

/**
 * The guest reads, writes or executes eight bytes of its memory, with all faults.
 *
 * <p>What the access comes to is one of all that the CPU's caches allow; the observer hears the
 * whole set, the chooser chooses. Guest kernel and guest user mode both run at CPL 3, so every
 * entry of the path needs U/S. A fault enters Xen, which may mend it ({@link Ptwr}) or passes it on
 * to the guest kernel. For an access of user mode the guest kernel first returns there.
 *
 * <p>A store that would reach a validated table is not carried out, as in {@link GuestAccess}.
 */
@Models(
        value = {
            "the guest's own loads, stores and fetches",
            "traps.c: do_page_fault",
            "traps.c: fixup_page_fault"
        },
        simplified =
                "eight aligned bytes; what is executed is a value that is read; of Xen's own slots "
                        + "the first page counts; a stale translation of the M2P is not kept")
final class AccessInstruction {
    private static final int NO_FAULT = -1;

    private final Geometry geometry;
    private final Layout layout;
    private final CpuState cpus;
    private final PageInfo pages;
    private final EntryStore entries;
    private final TranslationCaches caches;
    private final GuestEntry entry;
    private final Traps traps;
    private final Ptwr ptwr;
    private final Results results;
    private final Events events;
    private final AccessSet may;

    AccessInstruction(
            Layout layout,
            CpuState cpus,
            PageInfo pages,
            EntryStore entries,
            TranslationCaches caches,
            GuestEntry entry,
            Traps traps,
            Ptwr ptwr,
            Results results,
            Events events) {
        this.layout = layout;
        this.geometry = layout.geometry();
        this.cpus = cpus;
        this.pages = pages;
        this.entries = entries;
        this.caches = caches;
        this.entry = entry;
        this.traps = traps;
        this.ptwr = ptwr;
        this.results = results;
        this.events = events;
        this.may = new AccessSet(geometry);
    }

    /**
     * Begins an access in the guest kernel.
     *
     * @param address number of the page, or -1 if it is in one of Xen's own slots
     */
    void begin(long[] s, int cpu, Access access, int address) {
        if (access.user()) {
            returnToUser(s, cpu);
            return;
        }
        int code = attempt(s, cpu, access, address);
        if (code == NO_FAULT) {
            return;
        }
        entry.enter(s, cpu);
        if (ptwr.mayMend(s, cpu, access, code)) {
            cpus.setStage(s, cpu, Stage.FAULT_READ);
        } else {
            traps.pageFault(s, cpu, code, access.linear());
        }
    }

    /** {@code do_iret}: the guest kernel returns to its user mode. */
    private void returnToUser(long[] s, int cpu) {
        entry.enter(s, cpu);
        if (cpus.userBase(s, cpu) < 0) {
            traps.crash(s, cpu);
            return;
        }
        cpus.setStage(s, cpu, Stage.USER);
        entry.toggleGuestMode(s, cpu);
        entry.leave(s, cpu);
    }

    /** The access itself, in guest user mode, and back to the guest kernel. */
    void inUserMode(long[] s, int cpu, Access access, int address) {
        int code = attempt(s, cpu, access, address);
        entry.enter(s, cpu);
        cpus.setStage(s, cpu, Stage.RETURN);
        entry.toggleGuestMode(s, cpu);
        if (code == NO_FAULT) {
            traps.done(s, cpu);
        } else {
            traps.pageFault(s, cpu, code, access.linear());
        }
    }

    /** Does the access if it is allowed; returns NO_FAULT, or the error code for the guest. */
    private int attempt(long[] s, int cpu, Access access, int address) {
        int code = address < 0 ? inXensSlot(s, cpu, access) : choose(s, cpu, access, address);
        if (code == NO_FAULT) {
            return NO_FAULT;
        }
        return access.user() ? code | PageFault.USER : code & ~PageFault.USER;
    }

    /** Guests may read the M2P; every other access to Xen's own slots is a fault. */
    private int inXensSlot(long[] s, int cpu, Access access) {
        int slot = access.va().i4();
        boolean m2p = slot == XenSlots.M2P && showsM2p(s, cpu);
        if (m2p && access.kind() == Operation.AccessKind.READ) {
            results.setValue(s, cpu, readM2p(s, access));
            return NO_FAULT;
        }
        boolean present = m2p || XenSlots.isMapped(slot, hasXpti(s, cpu));
        return (present ? PageFault.PRESENT : 0) | PageFault.attempt(needed(s, cpu, access));
    }

    /** Whether the tables on which the guest runs have slot 256; root copies always do. */
    private boolean showsM2p(long[] s, int cpu) {
        return hasXpti(s, cpu) || Pte.isPresent(entries.read(s, cpus.base(s, cpu), XenSlots.M2P));
    }

    private boolean hasXpti(long[] s, int cpu) {
        return layout.machine().hasXpti(cpus.domain(s, cpu));
    }

    /** The M2P holds a number for each frame. */
    private long readM2p(long[] s, Access access) {
        VirtualAddress va = access.va();
        long page = ((long) va.i3() << 18) | (va.i2() << 9) | va.i1();
        long mfn = (page << 9) | access.slot();
        boolean known = layout.machine().m2p && mfn < layout.machine().frames();
        return known ? pages.m2p(s, (int) mfn) : PageInfo.INVALID_M2P;
    }

    private int needed(long[] s, int cpu, Access access) {
        boolean supervisor = cpus.isPv32(s, cpu) && !access.user();
        int user = supervisor ? 0 : Rights.USER;
        return switch (access.kind()) {
            case READ -> user;
            case WRITE -> user | Rights.WRITE;
            case EXECUTE -> user | Rights.EXECUTE;
        };
    }

    private int choose(long[] s, int cpu, Access access, int address) {
        caches.access(s, cpu, address, needed(s, cpu, access), may);
        events.observer.accessMay(s, cpu, may);
        int choice = events.chooser.choose(may.size());
        if (may.isFrame(choice)) {
            carryOut(s, cpu, access, may.frame(choice));
            return NO_FAULT;
        }
        int code = may.errorCode(choice);
        if (access.kind() != Operation.AccessKind.WRITE
                || !layout.machine().has(Defect.WRITE_FAULT_KEEPS_TRANSLATIONS)) {
            caches.pageFault(s, cpu, address);
        }
        return code;
    }

    private void carryOut(long[] s, int cpu, Access access, int mfn) {
        if (access.kind() == Operation.AccessKind.WRITE) {
            if (!pages.isTableInUse(s, mfn)) {
                entries.storeOfGuest(s, cpu, mfn, access.slot(), access.value());
            }
            events.observer.accessed(s, cpu, mfn, access.value());
        } else {
            long value = entries.read(s, mfn, access.slot());
            results.setValue(s, cpu, value);
            events.observer.accessed(s, cpu, mfn, value);
        }
    }
}
