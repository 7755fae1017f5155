package shootdown.workload.replay;

import java.util.List;

/**
 * A recording under some policies.
 *
 * @param runs in the order in which the policies were given
 * @param agreement of the model under {@code final} with what was recorded; on a machine other than
 *     the recorded one it says nothing
 * @param unread what of the recording could not be led through the model
 */
public record Replayed(
        Recording recording,
        Options options,
        List<PolicyRun> runs,
        Agreement agreement,
        Unread unread) {}
