package shootdown.checker;

/** What is counted while a universe is explored: kinds of steps, and flushes by who asked. */
public enum Activity {
    GUEST_WRITE("guest writes"),
    ENTER_XEN("enter Xen"),
    LEAVE_XEN("leave Xen"),
    MMU_UPDATE("mmu_update requests"),
    LINEAR_READ("linear reads"),
    UVM_EDIT("update_va_mapping edits"),
    MMUEXT_OP("mmuext operations"),
    END_BATCH("ends of batches"),
    TYPE_CHANGE("type changes"),
    DROP("drops of parked tables"),
    FILL("cache fills"),
    EVICTION("cache evictions"),
    POLICY_FLUSH_LOCAL("local flushes by the policy"),
    POLICY_FLUSH_REMOTE("remote flushes by the policy"),
    POLICY_ROOT_STORE("direct stores to root_pgt_changed"),
    ROOT_RESYNC("root copies made anew"),
    TYPE_CHANGE_FLUSH("flushes for type changes"),
    GUEST_FLUSH("flushes for the guest"),
    CONTEXT_SWITCH("loads of other vCPUs' tables"),
    STATE_SYNC("requests for a vCPU's state"),
    ALLOCATION_FLUSH("flushes before a frame gets its owner");

    private final String title;

    Activity(String title) {
        this.title = title;
    }

    /** Its number among the counters. */
    @SuppressWarnings("EnumOrdinal") // the one place
    int index() {
        return ordinal();
    }

    public String title() {
        return title;
    }
}
