package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.VmAssist;

/**
 * The word of a domain that has vCPUs to load: dirty mask, assists, whether it has been crashed;
 * and in that of the first, whether a flush has been lost already.
 *
 * <p>{@code at} is always an offset that {@link Layout#domain} gives.
 */
@Models(
        value = {"sched.h: struct domain (dirty_cpumask, vm_assist)", "kernel.c: vm_assist"},
        simplified = "a domain without a vCPU to load has none")
final class Domain {
    private static final long DIRTY_MASK = 0xFFFF;
    private static final long FLUSH_LOST = 1L << 32;
    private static final long CRASHED = 1L << 33;
    private static final long PAUSED = 1L << 34;
    private static final long CREATION_FINISHED = 1L << 35;
    private static final long DYING = 1L << 36;

    /** VMASST_TYPE_writable_pagetables. */
    static final int WRITABLE_PAGETABLES = 2;

    /** VMASST_TYPE_m2p_strict. */
    static final int M2P_STRICT = 32;

    static final int COMMAND_ENABLE = 0;
    private static final int COMMAND_DISABLE = 1;
    private static final int LAST_LOW_ASSIST = 5;
    private static final int ASSISTS_SHIFT = 40;

    private Domain() {}

    /** CPUs that may have the domain's tables loaded ({@code dirty_cpumask}). */
    static long dirtyMask(long[] s, int at) {
        return at == Layout.NOWHERE ? 0 : s[at] & DIRTY_MASK;
    }

    static void setDirtyMask(long[] s, int at, long cpus) {
        s[at] = (s[at] & ~DIRTY_MASK) | cpus;
    }

    static boolean flushLost(long[] s) {
        return (s[Layout.DOMAIN] & FLUSH_LOST) != 0;
    }

    static void setFlushLost(long[] s) {
        s[Layout.DOMAIN] |= FLUSH_LOST;
    }

    static boolean crashed(long[] s, int at) {
        return at != Layout.NOWHERE && (s[at] & CRASHED) != 0;
    }

    static void setCrashed(long[] s, int at) {
        s[at] |= CRASHED;
    }

    /** Whether the toolstack has paused the domain, or is destroying it. */
    static boolean paused(long[] s, int at) {
        return (s[at] & (PAUSED | DYING)) != 0;
    }

    static void setPaused(long[] s, int at, boolean on) {
        s[at] = on ? s[at] | PAUSED : s[at] & ~PAUSED;
    }

    /** Whether the domain is being destroyed, or has been. */
    static boolean dying(long[] s, int at) {
        return (s[at] & DYING) != 0;
    }

    static void setDying(long[] s, int at) {
        s[at] = (s[at] & ~PAUSED) | DYING;
    }

    /** Whether the domain has ever been unpaused ({@code creation_finished}). */
    static boolean creationFinished(long[] s, int at) {
        return (s[at] & CREATION_FINISHED) != 0;
    }

    static void setCreationFinished(long[] s, int at) {
        s[at] |= CREATION_FINISHED;
    }

    /** {@code vm_assist}: switches one of the assists of a 64-bit guest on or off. */
    static int vmAssist(long[] s, int at, VmAssist request) {
        int type = request.type();
        if (type != M2P_STRICT && (type < 0 || type > LAST_LOW_ASSIST)) {
            return Errno.EINVAL;
        }
        switch (request.command()) {
            case COMMAND_ENABLE -> s[at] |= assistBit(type);
            case COMMAND_DISABLE -> s[at] &= ~assistBit(type);
            default -> {
                return Errno.ENOSYS;
            }
        }
        return Errno.OK;
    }

    static boolean hasAssist(long[] s, int at, int type) {
        return at != Layout.NOWHERE && (s[at] & assistBit(type)) != 0;
    }

    private static long assistBit(int type) {
        return 1L << (ASSISTS_SHIFT + Math.min(type, LAST_LOW_ASSIST + 1));
    }

    static void permuteCpus(long[] s, int at, int[] to) {
        setDirtyMask(s, at, CpuState.permuteMask(dirtyMask(s, at), to));
    }
}
