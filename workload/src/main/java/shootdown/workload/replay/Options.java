package shootdown.workload.replay;

/**
 * How a recording is led through the model.
 *
 * @param xpti dom0 runs on root copies; the recordings that come with the project were made without
 * @param pcid and does so under PCIDs of its own
 * @param tlbEntries how many translations a CPU holds at most
 * @param threads how many work on it, 1 or more; results are the same for any number
 * @param lenient leaves out what cannot be used of a recording
 */
public record Options(boolean xpti, boolean pcid, int tlbEntries, int threads, boolean lenient) {
    /** Entries of the second-level TLB of current server processors. */
    public static final int TLB_ENTRIES = 1536;

    /** Whether the machine differs from the one that was recorded. */
    public boolean isWhatIf() {
        return xpti || pcid;
    }
}
