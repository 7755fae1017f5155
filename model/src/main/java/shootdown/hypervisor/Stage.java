package shootdown.hypervisor;

import shootdown.hardware.Models;

/** Where a CPU is: in the guest, in Xen between sub-calls, or somewhere in a call. */
@Models(
        value = "the points of a hypercall between which others can act",
        simplified = "see docs/fidelity.md, Steps")
public enum Stage {
    /**
     * In Xen between sub-calls: a sub-call may begin, or Xen be left. Where entering and leaving
     * Xen change nothing, this stands for running the guest as well.
     */
    IDLE,
    /** Running the guest, its kernel or its user mode. */
    GUEST,
    /** Running guest user mode for one access to memory; then the guest kernel goes on. */
    USER,
    /** In a batch between two requests. */
    BATCH,
    /** The type of a frame has been published; its flush is due or done, validation follows. */
    TYPE_VALIDATE,
    /** Spinning until another CPU has validated the frame. */
    TYPE_WAIT,
    /** Between the flush and the publication, in the old order (XSA-401). */
    TYPE_PUBLISH,
    /** A flush plan is carried out; the call goes on at the next stage afterwards. */
    FLUSHING,
    /** update_va_mapping has read the L2 entry and will lock the L1 table found. */
    UVM_LOCK,
    /** update_va_mapping has locked the L1 table and will change its entry. */
    UVM_MODIFY,
    /**
     * On machines with store buffers: the entry is stored, but others may not see it yet, and the
     * old one's references are still held.
     */
    STORED,
    /** The last request of an invocation is done; the policy is asked for the flush block. */
    INVOCATION_END,
    /** The flush block is done: drop a parked child, go on with the batch, or return. */
    INVOCATION_DONE,
    /** A grant has the references of a map; the L1 table of its entry will be found. */
    GRANT_FIND,
    /** A grant operation knows the L1 table of its entry and will lock it. */
    GRANT_ENTRY,
    /** The flush of an unmap is done: the references of the map, if any, will be dropped. */
    GRANT_UNMAPPED,
    /** The guest has faulted in a way that Xen may mend; it will read an L1 entry for that. */
    FAULT_READ,
    /** ptwr has read the L1 entry of the address and will lock the L1 table that it maps. */
    PTWR_LOCK,
    /** ptwr has locked the L1 table and will carry out the guest's store. */
    PTWR_MODIFY,
    /** A continuation is due: Xen will be left. */
    CONTINUATION_LEAVE,
    /** In the guest for an instant, the continuation still to be run. */
    CONTINUATION_GUEST,
    /** A parked table will be dropped. */
    DROP,
    /** The flush that the guest asked for is done: the call returns. */
    GUEST_FLUSHED,
    /** The call returns. */
    RETURN,
    /** The state of the vCPU that will run here is written back elsewhere; the switch follows. */
    CONTEXT_SWITCH,
    /** The CPU is in the dirty mask of the next vCPU's domain, interrupts off; tables follow. */
    SWITCH_TABLES,
    /** The tables are loaded; the CPU will leave the dirty mask of the vCPU before. */
    SWITCH_DONE,
    /** Waiting until no vCPU of a domain runs. */
    PAUSE_WAIT,
    /** No vCPU of the domain is loaded any more. */
    PAUSED,
    /** No CPU holds a translation of the frame any more: it gets its owner. */
    ALLOCATED,
    /** Xen walks the tables for a fault of the guest, one a step, interrupts off. */
    FAULT_WALK
}
