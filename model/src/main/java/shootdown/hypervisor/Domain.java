package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.VmAssist;

/**
 * The word of the loaded domain: dirty mask, assists, and whether a flush has been lost already.
 */
@Models(
        value = {"sched.h: struct domain (dirty_cpumask, vm_assist)", "kernel.c: vm_assist"},
        simplified = "loaded on every CPU from the start; others never are")
final class Domain {
    private static final long DIRTY_MASK = 0xFFFF;
    private static final long FLUSH_LOST = 1L << 32;
    private static final long CRASHED = 1L << 33;

    /** VMASST_TYPE_writable_pagetables. */
    static final int WRITABLE_PAGETABLES = 2;

    /** VMASST_TYPE_m2p_strict. */
    static final int M2P_STRICT = 32;

    private static final int COMMAND_ENABLE = 0;
    private static final int COMMAND_DISABLE = 1;
    private static final int LAST_LOW_ASSIST = 5;
    private static final int ASSISTS_SHIFT = 40;

    private Domain() {}

    /** CPUs that may have the domain's tables loaded ({@code dirty_cpumask}). */
    static long dirtyMask(long[] s) {
        return s[Layout.DOMAIN] & DIRTY_MASK;
    }

    static void setDirtyMask(long[] s, long cpus) {
        s[Layout.DOMAIN] = (s[Layout.DOMAIN] & ~DIRTY_MASK) | cpus;
    }

    static boolean flushLost(long[] s) {
        return (s[Layout.DOMAIN] & FLUSH_LOST) != 0;
    }

    static void setFlushLost(long[] s) {
        s[Layout.DOMAIN] |= FLUSH_LOST;
    }

    /** Whether the domain whose vCPUs are loaded has been crashed. */
    static boolean crashed(long[] s) {
        return (s[Layout.DOMAIN] & CRASHED) != 0;
    }

    static void setCrashed(long[] s) {
        s[Layout.DOMAIN] |= CRASHED;
    }

    /** {@code vm_assist}: switches one of the assists of a 64-bit guest on or off. */
    static int vmAssist(long[] s, VmAssist request) {
        int type = request.type();
        if (type != M2P_STRICT && (type < 0 || type > LAST_LOW_ASSIST)) {
            return Errno.EINVAL;
        }
        switch (request.command()) {
            case COMMAND_ENABLE -> s[Layout.DOMAIN] |= assistBit(type);
            case COMMAND_DISABLE -> s[Layout.DOMAIN] &= ~assistBit(type);
            default -> {
                return Errno.ENOSYS;
            }
        }
        return Errno.OK;
    }

    static boolean hasAssist(long[] s, int type) {
        return (s[Layout.DOMAIN] & assistBit(type)) != 0;
    }

    private static long assistBit(int type) {
        return 1L << (ASSISTS_SHIFT + Math.min(type, LAST_LOW_ASSIST + 1));
    }

    static void permuteCpus(long[] s, int[] to) {
        setDirtyMask(s, CpuState.permuteMask(dirtyMask(s), to));
    }
}
