package shootdown.capture.raw;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent.Hypercall;

/**
 * One record of xentrace (xen/public/trace.h: {@code struct t_rec}).
 *
 * @param time of the processor's time stamp counter
 * @param event the number, with its class
 * @param words what the event says
 */
record XenRecord(long time, int cpu, int event, int[] words) {
    /** Bits of mask 0x20f000: entry points of PV guests, and calls inside of multicalls. */
    static final int LOST_RECORDS = 0x1f001;

    static final int WRAP_BUFFER = 0x1f002;
    static final int CPU_CHANGE = 0x1f003;
    static final int HYPERCALL = 0x20100d;
    static final int SUBCALL = 0x20200e;

    /** TRC_PV_PTWR_EMULATION, with addresses of 64 bits. */
    static final int TRAPPED_WRITE = 0x20110b;

    /** TRC_PV_PAGE_FAULT, with addresses of 64 bits. */
    static final int PAGE_FAULT = 0x201104;

    private static final int HYPERCALL_MASK = 0xfffff;

    /** MMU_UPDATE_PREEMPTED. */
    private static final long PREEMPTED = 0x80000000L;

    /** Two bits for each argument of a hypercall: absent, 32 bits, 64 bits. */
    private static final int ARGUMENT_BITS = 20;

    /** The call, if it is one that concerns page tables. */
    @Nullable Hypercall hypercall() {
        int number = words.length == 0 ? 0 : words[0] & HYPERCALL_MASK;
        return switch (number) {
            case 1 -> Hypercall.MMU_UPDATE;
            case 14 -> Hypercall.UPDATE_VA_MAPPING;
            case 26 -> Hypercall.MMUEXT_OP;
            default -> null;
        };
    }

    /** Whether it goes on with a call that was preempted; the requests are those that were left. */
    boolean continues() {
        return (countArgument() & PREEMPTED) != 0;
    }

    /** How many requests an mmu_update or mmuext_op has; 0 if not recorded. */
    long requests() {
        return countArgument() & ~PREEMPTED;
    }

    /** The second argument. */
    private long countArgument() {
        int first = (words[0] >>> ARGUMENT_BITS) & 3;
        int second = (words[0] >>> (ARGUMENT_BITS + 2)) & 3;
        boolean recorded = second != 0 && words.length > first + 1;
        return recorded ? Integer.toUnsignedLong(words[1 + first]) : 0;
    }

    /** Words 2n and 2n+1 together, the lower one first. */
    long wide(int n) {
        return Integer.toUnsignedLong(words[2 * n]) | (long) words[2 * n + 1] << 32;
    }
}
