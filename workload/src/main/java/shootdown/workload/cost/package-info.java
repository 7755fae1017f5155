/**
 * What the flushes of a recording cost: counts times unit costs, with ranges.
 *
 * <p>Counts are exact, cycles are not: a recording under an emulator says nothing of time. So every
 * unit cost is a range with a source, an estimate carries it along, and {@link
 * shootdown.workload.cost.Comparison} tells whether it decides anything. Start at {@link
 * shootdown.workload.cost.Estimate}.
 */
@NullMarked
package shootdown.workload.cost;

import org.jspecify.annotations.NullMarked;
