package shootdown.workload.trace;

/**
 * Who recorded, and so what a line means.
 *
 * <p>The form is told by the first line: the name of a stock recording ends in {@code (stock)}.
 */
public enum TraceForm {
    /**
     * From a hypervisor with extra trace points. A line begins with the ticks since the line
     * before; a task is left out while it stays the same on its CPU; {@code MC} comes before its
     * calls; addresses are the machine's.
     */
    FULL(""),
    /**
     * From unmodified Linux and Xen. A line begins with the ticks since the recording began, and
     * names its task, {@code -} where Xen recorded it; {@code MC} comes after its calls; entries
     * are named by Linux's kernel addresses, tables by pseudo-physical frames and addresses.
     */
    STOCK(" (stock)");

    private final String suffix;

    TraceForm(String suffix) {
        this.suffix = suffix;
    }

    /** What the first line has after the recording's name. */
    public String suffix() {
        return suffix;
    }
}
