package shootdown.report;

import shootdown.conformance.Campaign;
import shootdown.conformance.Coverage;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What campaigns of random programs found.
 *
 * @param seed that decides all programs
 * @param parts one for each kind of machine and domain that came to its end
 * @param end whether these are all
 */
public record ConformReport(long seed, List<Part> parts, End end) {
    private static final int FEW = 5;

    /** Why there are no more parts. */
    public enum End {
        /** All were run. */
        COMPLETE,
        /** The user wanted an end. */
        INTERRUPTED,
        /** A machine could not be brought back. */
        MACHINE_LOST
    }

    /** The word for all of it. */
    public enum Outcome {
        OK,
        FAILED,
        INTERRUPTED,
        INCOMPLETE
    }

    /**
     * One campaign.
     *
     * @param name such as {@code dom0, XPTI off, 2 vCPUs}
     */
    public record Part(String name, Campaign.Report report) {}

    public ConformReport {
        parts = List.copyOf(parts);
    }

    private long sum(ToLongFunction<Campaign.Report> figure) {
        return parts.stream().map(Part::report).mapToLong(figure).sum();
    }

    public long programs() {
        return sum(Campaign.Report::programs);
    }

    public long steps() {
        return sum(Campaign.Report::steps);
    }

    public long differing() {
        return sum(Campaign.Report::differing);
    }

    public long suspected() {
        return sum(report -> report.suspects().size());
    }

    /** Of those that differ or are suspected, programs that there was no time to try again. */
    public long untried() {
        return sum(Campaign.Report::untried);
    }

    /** Programs in which model and real Xen parted, but not again. */
    public long notSeenAgain() {
        return sum(report -> report.once().size());
    }

    /** Wall time of the programs, without starting machines and trying again. */
    public double seconds() {
        return parts.stream().mapToDouble(part -> part.report().seconds()).sum();
    }

    /**
     * Whether too many programs met what is suspected to be a defect of Xen: more than one in a
     * thousand again and again, or more than one in a hundred once, where that is more than chance
     * makes of few programs.
     */
    public boolean suspectsTooMuch() {
        return suspected() > Math.max(FEW, programs() / 1000)
                || notSeenAgain() > Math.max(FEW, programs() / 100);
    }

    /** Whether model and real Xen are not the same. */
    public boolean differs() {
        return differing() > 0 || suspectsTooMuch();
    }

    /** How it ended decides first: of a part nobody knows what the whole would have said. */
    public Outcome outcome() {
        return switch (end) {
            case COMPLETE -> differs() ? Outcome.FAILED : Outcome.OK;
            case INTERRUPTED -> Outcome.INTERRUPTED;
            case MACHINE_LOST -> Outcome.INCOMPLETE;
        };
    }

    /** The whole campaign's. */
    public Coverage coverage() {
        Coverage all = new Coverage();
        parts.forEach(part -> all.add(part.report().coverage()));
        return all;
    }
}
