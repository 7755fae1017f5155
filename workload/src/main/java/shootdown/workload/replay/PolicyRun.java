package shootdown.workload.replay;

/**
 * What a policy has done in a recording.
 *
 * @param assumed how often it asked whether a CPU reaches a table of which nobody can know, because
 *     it was alive before the recording; the answer was yes
 */
public record PolicyRun(String policy, Tally tally, long assumed) {}
