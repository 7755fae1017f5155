package shootdown.hypervisor;

import shootdown.hardware.AccessSet;
import shootdown.policy.FlushFlags;

/**
 * Hears what happens inside a step: to count, to tell a story, to compare, to judge calls that
 * return. All methods do nothing unless overridden; {@code state} must not be changed.
 */
public interface Observer {
    Observer NONE = new Observer() {};

    /** Who asked for a flush. */
    enum FlushSource {
        POLICY,
        TYPE_CHANGE,
        GUEST,
        /** A frame gets another owner. */
        ALLOCATION,
        /** A vCPU runs elsewhere, or not at all: its state is written back. */
        SCHEDULER
    }

    /**
     * What a policy decides at one of its hooks.
     *
     * @param local flags for the CPU itself; how it asks for a root copy is no matter
     * @param others flags for the others
     */
    record Decision(int local, int others) {
        public boolean isNothing() {
            return local == 0 && others == 0;
        }

        @Override
        public String toString() {
            return isNothing()
                    ? "nothing"
                    : "local %s, others %s"
                            .formatted(FlushFlags.toString(local), FlushFlags.toString(others));
        }
    }

    /** An entry was stored. */
    default void stored(long[] state, int cpu, int table, int slot, long oldEntry, long newEntry) {}

    /** A value was stored that only the CPU itself sees as yet. */
    default void buffered(long[] state, int cpu, int table, int slot, long newEntry) {}

    /** A store of the guest reaches memory late, in a frame that has become a table. */
    default void storeReachesTable(long[] state, int cpu, int mfn) {}

    /**
     * A flush begins: this CPU's own part, and that of the targets, which are other CPUs; no flags
     * or no targets for a part that there is not.
     */
    default void flushAsked(
            long[] state, int cpu, int local, int others, long targets, FlushSource source) {}

    /** A CPU executed {@code flush_area_local} with these flags; address -1 for everything. */
    default void flushed(
            long[] state, int initiator, int cpu, int flags, int address, FlushSource source) {}

    /** One flush of the policy got lost (near misses only). */
    default void flushLost(long[] state, int initiator, int cpu, int flags) {}

    /** Xen read through the linear map and found this frame, or -1 for a fault. */
    default void linearRead(long[] state, int cpu, int address, int mfn) {}

    /** A frame got a new type; {@code flush} are the CPUs that must flush for it. */
    default void published(long[] state, int cpu, int mfn, int type, long flush) {}

    /** A frame's contents were found fit for its type, or not. */
    default void validated(long[] state, int cpu, int mfn, int type, int rc) {}

    /** A parked table was dropped. */
    default void dropped(long[] state, int cpu, int mfn) {}

    /** A parked table is dropped at once, for another one; real Xen may do something else here. */
    default void lost(long[] state, int cpu, int mfn) {}

    /** The guest's store reached a frame; -1 for a fault. */
    default void guestAccess(long[] state, int cpu, int address, int mfn, boolean write) {}

    /** All that an access to memory may come to, before the chooser is asked. */
    default void accessMay(long[] state, int cpu, AccessSet may) {}

    /** An access to memory has reached a frame, and read, executed or stored this value. */
    default void accessed(long[] state, int cpu, int mfn, long value) {}

    /** The guest gets an exception; the address is that of a page fault. */
    default void faulted(long[] state, int cpu, int vector, int errorCode, long address) {}

    /** The domain is crashed. */
    default void crashed(long[] state, int cpu) {}

    /** A grant operation has this status (GNTST_*); of an unmap the flush is still to come. */
    default void granted(long[] state, int cpu, int status) {}

    /** Xen was left for the guest; {@code copied} tells whether the root copy was made anew. */
    default void leftXen(long[] state, int cpu, boolean copied) {}

    /** Xen was entered. */
    default void enteredXen(long[] state, int cpu) {}

    /** The policy was asked at the end of an invocation and planned these flags. */
    default void planned(long[] state, int cpu, int local, int others) {}

    /** The policy stored to {@code root_pgt_changed} directly. */
    default void rootStored(long[] state, int cpu) {}

    /** The policy that is compared decides otherwise than the one in force. */
    default void decidesDifferently(long[] state, int cpu, Decision inForce, Decision compared) {}

    /** A flush that the guest asked for is complete; called before the call's traces are gone. */
    default void guestFlushReturns(long[] state, int cpu, int address, long cpus) {}

    /** A request of a batch has been done; {@code *pdone} counts them. */
    default void requestDone(long[] state, int cpu, int operation, int rc) {}

    /** A call of a program is over; {@link Results} tells what the guest sees. */
    default void callDone(long[] state, int cpu, int call) {}

    /** A CPU has loaded the tables of a vCPU, or (-1) the idle ones. */
    default void loaded(long[] state, int cpu, int vcpu) {}

    /** A sub-call returns; called before its traces are gone. */
    default void returns(long[] state, int cpu, int operation, int rc) {}
}
