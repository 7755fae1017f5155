package shootdown.policy.weaker;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_KERNEL_PCID;
import static shootdown.policy.FlushFlags.FLUSH_LINEAR_RANGE;
import static shootdown.policy.FlushFlags.FLUSH_LOADED_PCID;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;
import static shootdown.policy.FlushFlags.FLUSH_UNLESS_GUEST;
import static shootdown.policy.FlushFlags.FLUSH_XEN_PCIDS;

import shootdown.policy.Flusher;

import java.util.function.IntUnaryOperator;

/**
 * What is left of the flushes that a policy asks for.
 *
 * @param local what is left of the flags for the local CPU
 * @param others what is left of those for the other CPUs
 * @param spared other CPUs that are left out, bit i for CPU i
 * @param storesRoot whether a direct store to {@code root_pgt_changed} is left
 */
record Less(IntUnaryOperator local, IntUnaryOperator others, long spared, boolean storesRoot) {
    private static final int FULL = FLUSH_TLB | FLUSH_TLB_GLOBAL;
    private static final int TLB_FLAGS =
            FULL
                    | FLUSH_LINEAR_RANGE
                    | FLUSH_XEN_PCIDS
                    | FLUSH_KERNEL_PCID
                    | FLUSH_LOADED_PCID
                    | FLUSH_AT_EXIT;

    static Less noLocal() {
        return new Less(Less::none, Less::all, 0, true);
    }

    static Less noOthers() {
        return new Less(Less::all, Less::none, 0, true);
    }

    static Less notTo(int cpu) {
        return new Less(Less::all, Less::all, 1L << cpu, true);
    }

    static Less noTlb() {
        return new Less(Less::withoutTlb, Less::withoutTlb, 0, true);
    }

    static Less noLocalTlb() {
        return new Less(Less::withoutTlb, Less::all, 0, true);
    }

    static Less noTlbOfOthers() {
        return new Less(Less::all, Less::withoutTlb, 0, true);
    }

    static Less noRoot() {
        return new Less(Less::withoutRoot, Less::withoutRoot, 0, false);
    }

    static Less noLocalRootFlag() {
        return new Less(Less::withoutRoot, Less::all, 0, true);
    }

    static Less noRootOfOthers() {
        return new Less(Less::all, Less::withoutRoot, 0, true);
    }

    static Less noRootStore() {
        return new Less(Less::all, Less::all, 0, false);
    }

    static Less linearRange() {
        return new Less(Less::toLinearRange, Less::toLinearRange, 0, true);
    }

    static Less xenPcids() {
        return new Less(Less::toXenPcids, Less::toXenPcids, 0, true);
    }

    static Less kernelPcid() {
        return new Less(Less::toKernelPcid, Less::toKernelPcid, 0, true);
    }

    static Less loadedPcid() {
        return new Less(Less::toLoadedPcid, Less::toLoadedPcid, 0, true);
    }

    static Less notInGuest() {
        return new Less(Less::all, Less::sparingGuests, 0, true);
    }

    static Less notGlobal() {
        return new Less(Less::sparingGlobal, Less::sparingGlobal, 0, true);
    }

    static Less atExit() {
        return new Less(Less::delayed, Less::delayed, 0, true);
    }

    static Less localAtExit() {
        return new Less(Less::delayed, Less::all, 0, true);
    }

    static Less othersAtExit() {
        return new Less(Less::all, Less::delayed, 0, true);
    }

    private static int all(int flags) {
        return flags;
    }

    private static int none(int flags) {
        return 0;
    }

    private static int withoutTlb(int flags) {
        return flags & ~TLB_FLAGS;
    }

    private static int withoutRoot(int flags) {
        return flags & ~FLUSH_ROOT_PGTBL;
    }

    private static int toLinearRange(int flags) {
        return (flags & FULL) == 0 ? flags : (flags & ~FULL) | FLUSH_LINEAR_RANGE;
    }

    private static int toXenPcids(int flags) {
        return (flags & FULL) == 0 ? flags : (flags & ~FULL) | FLUSH_XEN_PCIDS;
    }

    private static int toKernelPcid(int flags) {
        return (flags & FULL) == 0 ? flags : (flags & ~FULL) | FLUSH_KERNEL_PCID;
    }

    private static int toLoadedPcid(int flags) {
        return (flags & FULL) == 0 ? flags : (flags & ~FULL) | FLUSH_LOADED_PCID;
    }

    private static int sparingGuests(int flags) {
        return (flags & TLB_FLAGS) == 0 ? flags : flags | FLUSH_UNLESS_GUEST;
    }

    private static int sparingGlobal(int flags) {
        return (flags & FLUSH_TLB_GLOBAL) == 0 ? flags : (flags & ~FLUSH_TLB_GLOBAL) | FLUSH_TLB;
    }

    private static int delayed(int flags) {
        return (flags & TLB_FLAGS) == 0 ? flags : flags | FLUSH_AT_EXIT;
    }

    /** Passes on to {@code flusher} what is left. */
    Flusher of(Flusher flusher) {
        return new Flusher() {
            @Override
            public void local(int flags) {
                if (local.applyAsInt(flags) != 0) {
                    flusher.local(local.applyAsInt(flags));
                }
            }

            @Override
            public void othersBut(long alsoSpared, int flags) {
                if (others.applyAsInt(flags) != 0) {
                    flusher.othersBut(alsoSpared | spared, others.applyAsInt(flags));
                }
            }

            @Override
            public void rootPgtChanged() {
                if (storesRoot) {
                    flusher.rootPgtChanged();
                }
            }
        };
    }
}
