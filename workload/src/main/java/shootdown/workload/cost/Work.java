package shootdown.workload.cost;

import shootdown.workload.replay.Tally;

/**
 * What a policy made CPUs do, as far as it costs time.
 *
 * @param fullFlushes of whole TLBs, on whatever CPU
 * @param partialFlushes of less
 * @param requests on which a CPU interrupted others and waited
 * @param targets CPUs interrupted in all
 * @param lostUsed translations lost that were certainly in use
 * @param lostMost translations lost at most
 * @param rootCopies copies of a root made
 */
public record Work(
        long fullFlushes,
        long partialFlushes,
        long requests,
        long targets,
        long lostUsed,
        long lostMost,
        long rootCopies) {

    /** What was counted. */
    public static Work of(Tally tally) {
        return new Work(
                tally.fullFlushes(),
                tally.partialFlushes(),
                tally.policy().requests(),
                tally.policy().targets(),
                tally.lostUsed(),
                Math.max(tally.lostUsed(), tally.lostMost()),
                tally.rootCopies());
    }

    /** Whether none of it is more than of the other. */
    boolean isWithin(Work other) {
        return fullFlushes <= other.fullFlushes
                && partialFlushes <= other.partialFlushes
                && requests <= other.requests
                && targets - requests <= other.targets - other.requests
                && targets <= other.targets
                && lostUsed <= other.lostUsed
                && lostMost <= other.lostMost
                && rootCopies <= other.rootCopies;
    }

    /** How many translations must be refilled if a flush costs so many that are needed again. */
    double lost(double workingSet) {
        return new Range(lostUsed, lostUsed, lostMost).nearest(fullFlushes * workingSet);
    }
}
