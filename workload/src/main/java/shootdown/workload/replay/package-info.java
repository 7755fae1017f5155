/**
 * Recordings of real guests, led through the model: what Xen would have done under another policy.
 *
 * <p>{@link shootdown.workload.replay.Interpreter} turns events into steps that a machine can take,
 * once for all policies: it knows which tables were alive before the recording began, and when a
 * call is complete. {@link shootdown.workload.replay.StockInterpreter} does so for stock
 * recordings, from what Linux asked for. {@link shootdown.workload.replay.ModelRun} takes them on a
 * machine of the model with one policy in force, and {@link shootdown.workload.replay.Tally} is
 * what it has cost.
 */
@NullMarked
package shootdown.workload.replay;

import org.jspecify.annotations.NullMarked;
