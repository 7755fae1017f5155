package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/**
 * {@code do_update_va_mapping} (mm.c; facts 5). It finds the L1 table through the linear map: reads
 * the L2 entry of the address from whatever L2 table its translation names, and then locks, checks
 * and edits the L1 table by frame number. The check keeps types safe; it cannot tell a stale table
 * of the guest from the right one.
 */
@Models(
        value = {"mm.c: __do_update_va_mapping", "pv/mm.c: map_guest_l1e"},
        simplified =
                "the read of the L2 entry is one step, locking a second, the " + "edit a third")
final class UpdateVaMapping {
    private final PageInfo pages;
    private final CpuState cpus;
    private final ForeignDomains domains;
    private final LinearReads linear;
    private final PageTypes types;
    private final ModEntry modEntry;
    private final GuestFlush guestFlush;

    UpdateVaMapping(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            ForeignDomains domains,
            LinearReads linear,
            PageTypes types,
            ModEntry modEntry,
            GuestFlush guestFlush) {
        this.pages = pages;
        this.cpus = cpus;
        this.domains = domains;
        this.linear = linear;
        this.types = types;
        this.modEntry = modEntry;
        this.guestFlush = guestFlush;
    }

    /**
     * {@code map_guest_l1e}: one linear read; which cached translation it uses is a choice.
     *
     * @param window number of the linear page that is read
     */
    void begin(long[] s, int cpu, UpdateVaMappingCall call, int window) {
        int pgOwner = domains.pgOwner(s, cpu, call.domid());
        int rc = pgOwner < 0 ? pgOwner : domains.allowsUpdateVaMapping(s, cpu, pgOwner);
        if (rc != OK) {
            fail(s, cpu, rc);
            return;
        }
        cpus.setOwners(s, cpu, pgOwner, cpus.ptOwner(s, cpu));
        int l1 = linear.l1Table(s, cpu, call.va(), window);
        if (l1 < 0) {
            fail(s, cpu, EINVAL);
        } else {
            cpus.setCallTable(s, cpu, l1);
            cpus.setStage(s, cpu, Stage.UVM_LOCK);
        }
    }

    boolean canLock(long[] s, int cpu) {
        int l1 = cpus.callTable(s, cpu);
        return !pages.isValid(l1) || !pages.locked(s, l1);
    }

    /** Locks the L1 table found, if it is one of the caller's. */
    void lock(long[] s, int cpu) {
        int l1 = cpus.callTable(s, cpu);
        if (!pages.getPage(s, l1, cpus.domain(s, cpu))) {
            fail(s, cpu, EINVAL);
            return;
        }
        if (types.lockL1(s, l1)) {
            cpus.setStage(s, cpu, Stage.UVM_MODIFY);
        } else {
            pages.putPage(s, l1);
            fail(s, cpu, EINVAL);
        }
    }

    /**
     * Changes the entry, then flushes as the caller asked.
     *
     * @param address number of the address for a flush of one page, or -1
     */
    void modify(long[] s, int cpu, UpdateVaMappingCall call, int address) {
        modified(s, cpu, call, address, modEntry.begin(s, cpu, edit(s, cpu, call)));
    }

    void resume(long[] s, int cpu, UpdateVaMappingCall call, int address, int result) {
        modified(s, cpu, call, address, modEntry.resume(s, cpu, edit(s, cpu, call), result));
    }

    /** Goes on behind the store of the entry. */
    void stored(long[] s, int cpu, UpdateVaMappingCall call, int address) {
        modified(s, cpu, call, address, modEntry.stored(s, cpu, edit(s, cpu, call)));
    }

    private ModEntry.Edit edit(long[] s, int cpu, UpdateVaMappingCall call) {
        int slot = call.va().i1();
        return modEntry.edit(1, cpus.callTable(s, cpu), slot, call.value(), false);
    }

    private void modified(long[] s, int cpu, UpdateVaMappingCall call, int address, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        int l1 = cpus.callTable(s, cpu);
        types.unlock(s, l1);
        pages.putPage(s, l1);
        cpus.setCallTable(s, cpu, -1);
        cpus.setRc(s, cpu, rc);
        if (rc != OK || !call.flushes()) {
            cpus.setStage(s, cpu, Stage.RETURN);
        } else if (call.scope() instanceof Operation.Scope.Unreadable) {
            cpus.setRc(s, cpu, EFAULT); // the entry is changed already, and stays so
            cpus.setStage(s, cpu, Stage.RETURN);
        } else {
            guestFlush.start(s, cpu, call.scope(), address);
        }
    }

    private void fail(long[] s, int cpu, int rc) {
        cpus.setCallTable(s, cpu, -1);
        cpus.setRc(s, cpu, rc);
        cpus.setStage(s, cpu, Stage.RETURN);
    }
}
