package shootdown.workload.replay;

import shootdown.workload.trace.TraceForm;

/**
 * The machine that follows a recording.
 *
 * @param frames guest frames; those above are taken for devices
 * @param cpus physical ones
 * @param xpti a what-if where the recording was made without
 * @param pcid likewise
 * @param tlbEntries how many translations a CPU holds at most
 * @param form of the recording
 */
record Settings(int frames, int cpus, boolean xpti, boolean pcid, int tlbEntries, TraceForm form) {
    /** What a machine keeps of each frame, and for its tables and the rest. */
    private static final long BYTES_A_FRAME = 40;

    private static final long BYTES_OF_TABLES = 24L << 20;

    static Settings of(Recording recording, Options options) {
        return new Settings(
                recording.frames(),
                recording.cpus(),
                options.xpti(),
                options.pcid(),
                options.tlbEntries(),
                recording.form());
    }

    /** How many such machines half of the memory has room for; at least 1. */
    int machinesThatFit() {
        long bytes = frames * BYTES_A_FRAME + BYTES_OF_TABLES;
        return (int) Math.max(1, Runtime.getRuntime().maxMemory() / 2 / bytes);
    }
}
