package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.LdtFault;

/**
 * The ways between the modes of a 64-bit guest, in which Xen changes the base pointer.
 *
 * <p>Hypercalls are the kernel's: user mode has no way into Xen but one that ends in its kernel, or
 * in itself.
 */
@Models(
        value = {
            "pv/iret.c: do_iret",
            "x86_64/entry.S: lstar_enter",
            "pv/domain.c: toggle_guest_pt",
            "pv/descriptor-tables.c: pv_map_ldt_shadow_page"
        },
        simplified =
                "a syscall is one step up to its end in the guest kernel; other interrupts of user"
                    + " mode than flush IPIs are absent; an LDT fault of user mode reads, no more")
final class UserMode {
    private final CpuState cpus;
    private final GuestEntry entry;
    private final Traps traps;
    private final LinearReads linear;

    UserMode(CpuState cpus, GuestEntry entry, Traps traps, LinearReads linear) {
        this.cpus = cpus;
        this.entry = entry;
        this.traps = traps;
        this.linear = linear;
    }

    /** In Xen: the vCPU is in user mode from now on, and Xen is about to be left. */
    void iret(long[] s, int cpu) {
        if (cpus.userBase(s, cpu) < 0) {
            traps.crash(s, cpu);
            return;
        }
        entry.toggleGuestMode(s, cpu);
        cpus.returns(s, cpu, Errno.OK);
    }

    /** In user mode. */
    void syscall(long[] s, int cpu) {
        entry.enter(s, cpu);
        entry.toggleGuestMode(s, cpu);
        cpus.returns(s, cpu, Errno.OK);
    }

    /** In user mode; the linear map that leads to the kernel's LDT is that of its tables. */
    void ldtFault(long[] s, int cpu) {
        entry.enter(s, cpu);
        entry.toggleGuestPt(s, cpu);
        cpus.setStage(s, cpu, Stage.FAULT_READ);
    }

    /** The read, and back to user mode: the same root as before, so its copy is still right. */
    void lookUpLdtPage(long[] s, int cpu, LdtFault fault, int window) {
        linear.entry(s, cpu, window, fault.va().i1());
        entry.toggleGuestPt(s, cpu);
        cpus.returns(s, cpu, Errno.OK);
    }
}
