package shootdown.checker;

/** What a policy asks a CPU to do. */
public enum FlushKind {
    LOCAL_TLB("local flush"),
    REMOTE_TLB("remote flush"),
    LOCAL_ROOT("local root sync"),
    REMOTE_ROOT("remote root sync");

    private final String title;

    FlushKind(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** Its number among the counters. */
    @SuppressWarnings("EnumOrdinal") // the one place
    int index() {
        return ordinal();
    }
}
