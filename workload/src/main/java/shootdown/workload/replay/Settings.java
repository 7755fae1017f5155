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
public record Settings(int frames, int cpus, boolean xpti, boolean pcid, int tlbEntries, TraceForm form) {}
