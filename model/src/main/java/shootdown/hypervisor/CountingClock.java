package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * The TLB clock as Xen has it (facts 1.8): it counts full flushes, a CPU has the time of its last
 * one, a frame the time at which its type count dropped to 0. For machines that only go forward;
 * searches keep the relation between the two, which is finite.
 *
 * <p>The clock does not wrap: it has 64 bits where Xen's has 32.
 */
@Models(value = "flushtlb.c: tlbflush_clock", simplified = "never wraps")
final class CountingClock {
    private final long[] stamps;
    private final long[] flushes;
    private long now;

    CountingClock(int frames, int cpus) {
        stamps = new long[frames];
        flushes = new long[cpus];
    }

    /** A frame is no longer in use. */
    void stamp(int mfn) {
        stamps[mfn] = now + 1; // after all flushes so far
    }

    /** A frame is in use, and nobody needs its stamp. */
    void forget(int mfn) {
        stamps[mfn] = 0;
    }

    /** A CPU has had a full flush. */
    void flushed(int cpu) {
        now++;
        flushes[cpu] = now;
    }

    /** The CPUs that have had no full flush since the frame was stamped. */
    long needsFlush(int mfn) {
        long cpus = 0;
        for (int cpu = 0; cpu < flushes.length; cpu++) {
            cpus |= flushes[cpu] < stamps[mfn] ? 1L << cpu : 0;
        }
        return cpus;
    }
}
