package shootdown.hypervisor;

import shootdown.hardware.Models;

/** The word of the one PV domain: its dirty mask, and whether a flush has been lost already. */
@Models(
        value = "sched.h: struct domain (dirty_cpumask)",
        simplified = "one domain, loaded on every CPU from the start")
final class Domain {
    /** Domain id of the guest. */
    static final int GUEST = 0;

    private static final long DIRTY_MASK = 0xFFFF;
    private static final long FLUSH_LOST = 1L << 32;
    private static final long CRASHED = 1L << 33;

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

    static void permuteCpus(long[] s, int[] to) {
        setDirtyMask(s, CpuState.permuteMask(dirtyMask(s), to));
    }
}
