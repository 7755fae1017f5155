package shootdown.workload.cost;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The cycles that the flushes of a policy take from all CPUs together.
 *
 * <p>The low end takes every unit at its least and only those translations for lost that the
 * recording shows in use; the high end takes every unit at its most and as many translations as the
 * loaded tables map and the TLB holds. Between them, a flush loses the working set, within these
 * two bounds.
 *
 * @param parts by what the time is spent on
 */
public record Estimate(Map<Part, Range> parts) {
    /** What time is spent on. */
    public enum Part {
        FLUSHES("flush instructions"),
        WAITING("waiting for other CPUs"),
        INTERRUPTED("being interrupted"),
        REFILLS("refills of the TLB"),
        ROOT_COPIES("root copies");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        /** In words. */
        public String text() {
            return text;
        }
    }

    public Estimate {
        parts = new EnumMap<>(parts);
    }

    /** What this work costs on that machine. */
    public static Estimate of(Work work, MachineCosts machine) {
        Map<Part, Range> parts = new EnumMap<>(Part.class);
        parts.put(
                Part.FLUSHES,
                cost(work.fullFlushes(), machine, Unit.LOCAL_FLUSH)
                        .plus(cost(work.partialFlushes(), machine, Unit.RANGE_FLUSH)));
        parts.put(
                Part.WAITING,
                cost(work.requests(), machine, Unit.IPI_INITIATOR)
                        .plus(cost(work.targets() - work.requests(), machine, Unit.IPI_FURTHER)));
        parts.put(Part.INTERRUPTED, cost(work.targets(), machine, Unit.IPI_TARGET));
        parts.put(Part.REFILLS, lost(work, machine).times(machine.range(Unit.REFILL)));
        parts.put(Part.ROOT_COPIES, cost(work.rootCopies(), machine, Unit.ROOT_COPY));
        return new Estimate(parts);
    }

    private static Range cost(long count, MachineCosts machine, Unit unit) {
        return Range.of((double) count).times(machine.range(unit));
    }

    /** How many translations are refilled. */
    private static Range lost(Work work, MachineCosts machine) {
        Range set = machine.range(Unit.WORKING_SET);
        return new Range(work.lost(set.low()), work.lost(set.typical()), work.lost(set.high()));
    }

    /** Of one part. */
    public Range part(Part part) {
        return Objects.requireNonNull(parts.get(part));
    }

    /** Of all of them. */
    public Range total() {
        return parts.values().stream().reduce(Range.NOTHING, Range::plus);
    }
}
