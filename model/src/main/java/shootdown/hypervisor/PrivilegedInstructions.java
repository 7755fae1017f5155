package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.OK;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.MovToCr3;
import shootdown.hypervisor.Operation.NewBaseptr;

/**
 * Instructions that the guest kernel may not execute and Xen emulates, or does not (facts 7.8). MOV
 * to CR3 does what NEW_BASEPTR does; where that fails, the guest gets #GP. A table that it then
 * leaves half validated stays so until the next call that drops parked tables.
 */
@Models(
        value = "pv/emul-priv-op.c: write_cr",
        simplified = "MOV to CR3, and INVLPG as one that is not emulated")
final class PrivilegedInstructions {
    private final CpuState cpus;
    private final GuestEntry entry;
    private final MmuExt mmuExt;
    private final Traps traps;

    PrivilegedInstructions(CpuState cpus, GuestEntry entry, MmuExt mmuExt, Traps traps) {
        this.cpus = cpus;
        this.entry = entry;
        this.mmuExt = mmuExt;
        this.traps = traps;
    }

    void movToCr3(long[] s, int cpu, MovToCr3 mov) {
        entry.enter(s, cpu);
        mmuExt.newBaseptr(s, cpu, new NewBaseptr(mov.mfn()));
        refuseIfFailed(s, cpu);
    }

    /** Goes on when the type stack has run empty with {@code result}. */
    void resume(long[] s, int cpu, MovToCr3 mov, int result) {
        mmuExt.newBaseptrTyped(s, cpu, new NewBaseptr(mov.mfn()), result);
        refuseIfFailed(s, cpu);
    }

    private void refuseIfFailed(long[] s, int cpu) {
        if (cpus.stage(s, cpu) == Stage.INVOCATION_DONE && cpus.rc(s, cpu) != OK) {
            traps.segmentFault(s, cpu, Traps.GENERAL_PROTECTION, 0);
        }
    }

    void invlpg(long[] s, int cpu) {
        entry.enter(s, cpu);
        traps.segmentFault(s, cpu, Traps.GENERAL_PROTECTION, 0);
    }
}
