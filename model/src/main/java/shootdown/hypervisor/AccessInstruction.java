package shootdown.hypervisor;

import shootdown.hardware.AccessSet;
import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.PageFault;
import shootdown.hardware.Rights;
import shootdown.hardware.TranslationCaches;
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
                        + "the first page counts")
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
     * @param window number of the linear page with its L1 entry, or -1
     */
    void begin(long[] s, int cpu, Access access, int address, int window) {
        if (access.user()) {
            returnToUser(s, cpu);
            return;
        }
        int code = attempt(s, cpu, access, address);
        if (code == NO_FAULT) {
            return;
        }
        entry.enter(s, cpu);
        if (ptwr.mayMend(s, access, code)) {
            ptwr.begin(s, cpu, access, window);
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
        int code;
        if (address < 0) {
            int slot = access.va().i4();
            code = XenSlots.isMapped(slot, layout.machine().xpti) ? PageFault.PRESENT : 0;
            code |= PageFault.attempt(needed(access));
        } else {
            code = choose(s, cpu, access, address);
        }
        if (code == NO_FAULT) {
            return NO_FAULT;
        }
        return access.user() ? code | PageFault.USER : code & ~PageFault.USER;
    }

    private int needed(Access access) {
        boolean supervisor = layout.machine().pv32 && !access.user();
        int user = supervisor ? 0 : Rights.USER;
        return switch (access.kind()) {
            case READ -> user;
            case WRITE -> user | Rights.WRITE;
            case EXECUTE -> user | Rights.EXECUTE;
        };
    }

    private int choose(long[] s, int cpu, Access access, int address) {
        caches.access(s, cpu, address, needed(access), may);
        events.observer.accessMay(s, cpu, may);
        int choice = events.chooser.choose(may.size());
        if (may.isFrame(choice)) {
            carryOut(s, cpu, access, may.frame(choice));
            return NO_FAULT;
        }
        int code = may.errorCode(choice);
        caches.pageFault(s, cpu, address);
        return code;
    }

    private void carryOut(long[] s, int cpu, Access access, int mfn) {
        if (access.kind() == Operation.AccessKind.WRITE) {
            if (!pages.isTableInUse(s, mfn)) {
                entries.store(s, cpu, 0, mfn, access.slot(), access.value());
            }
            events.observer.accessed(s, cpu, mfn, access.value());
        } else {
            long value = entries.read(s, mfn, access.slot());
            results.setValue(s, cpu, value);
            events.observer.accessed(s, cpu, mfn, value);
        }
    }
}
