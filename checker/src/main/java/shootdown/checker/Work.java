package shootdown.checker;

/** Work in a flush that may be more than is needed. */
public enum Work {
    /** Another CPU carries out a global flush for the policy, whatever else it does for it. */
    REMOTE_GLOBAL_FLUSH("global flushes of other CPUs"),
    /**
     * A flush IPI makes an idle CPU load the idle tables in place of the vCPU's that it kept,
     * though nobody has asked for that vCPU's state.
     */
    UNASKED_SWITCH("loads of idle tables that no IPI asked for");

    private final String title;

    Work(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
