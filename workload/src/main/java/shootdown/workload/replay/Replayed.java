package shootdown.workload.replay;

import java.util.List;

/**
 * A recording under some policies.
 *
 * @param events how many were followed; fewer than there are if somebody ended the replay
 * @param runs in the order in which the policies were given
 * @param agreement of the model under {@code final} with what was recorded; on a machine other than
 *     the recorded one it says nothing. A stock recording tells what Linux asked for and no flush
 *     of Xen's: what it does not tell is not compared ({@link Agreement#isCompared})
 * @param unread what of the recording could not be led through the model
 */
public record Replayed(
        Recording recording,
        Options options,
        long events,
        List<PolicyRun> runs,
        Agreement agreement,
        Unread unread) {
    /** Whether the whole recording was followed. */
    public boolean isComplete() {
        return events == recording.events();
    }
}
