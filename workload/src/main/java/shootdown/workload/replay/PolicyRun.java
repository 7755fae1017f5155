package shootdown.workload.replay;

/** What a policy has done in a recording. */
public record PolicyRun(String policy, Tally tally) {}
