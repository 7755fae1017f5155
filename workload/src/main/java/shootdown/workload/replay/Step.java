package shootdown.workload.replay;

import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/** What a machine that follows a recording does next; the same for every policy. */
sealed interface Step {

    // What was there before the recording began.

    /** A vCPU runs on this CPU, on these base pointers (user: -1 for none). */
    record Runs(int cpu, int kernel, int user, boolean userMode) implements Step {}

    /** A frame is a table; its count, without a lock, or the least that it can be. */
    record Alive(int mfn, int level, long typeCount, boolean pinned) implements Step {}

    /** An entry of a table alive has this value. */
    record Known(int level, int table, int slot, long value) implements Step {}

    // What the guest's memory holds.

    /** A table that is about to be validated has entries from this slot on, 4096 apart. */
    record Content(int level, int table, int slot, long value, int run) implements Step {}

    /** A frame is a table no longer. */
    record Gone(int mfn) implements Step {}

    // What the guest does.

    /**
     * One request of MMU_UPDATE.
     *
     * @param level of the table, or 0 for a page that is none
     * @param old what was there
     * @param stored what is there afterwards
     * @param typeCount as recorded, the lock included
     */
    record Request(
            int cpu,
            int level,
            int table,
            int slot,
            int command,
            long old,
            long stored,
            int typeCount)
            implements Step {}

    /** The end of an invocation of do_mmu_update, and whether it is recorded to have flushed. */
    record EndInvocation(int cpu, boolean flushed) implements Step {}

    /** UPDATE_VA_MAPPING. */
    record VaMapping(int cpu, int l1, UpdateVaMappingCall call, long old, long stored)
            implements Step {}

    /** A write to an entry of an L1 table that Xen emulates. */
    record Trapped(int cpu, int table, int slot, long old, long stored) implements Step {}

    /** An operation of mmuext_op. */
    record Call(int cpu, Operation operation) implements Step {}

    /** Xen goes back to the guest. */
    record Leave(int cpu) implements Step {}

    /** The vCPU changes its mode. */
    record Toggle(int cpu, boolean toKernel) implements Step {}

    // What else the recording tells.

    /** The recording's Xen asked for a flush, or did one. */
    record Recorded(int cpu, Sender sender, int flags, long targets) implements Step {
        /** Who. */
        enum Sender {
            /** do_mmu_update, here. */
            LOCAL,
            /** do_mmu_update, of others. */
            OTHERS,
            /** _get_page_type. */
            TYPE_CHANGE
        }
    }

    /**
     * The guest used a translation.
     *
     * @param previous when this CPU used the same one before, as a number of uses; 0 for never
     * @param now the number of this use, from 1
     */
    record Use(int cpu, long previous, long now) implements Step {}

    /** From here on, everything belongs to this slice of the recording. */
    record Slice(int number) implements Step {}
}
