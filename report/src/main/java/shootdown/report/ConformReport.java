package shootdown.report;

import shootdown.conformance.Campaign;
import shootdown.conformance.Coverage;

import java.util.List;

/**
 * What campaigns of random programs found.
 *
 * @param seed that decides all programs
 * @param parts one for each kind of machine and domain
 * @param interrupted whether the user ended it
 * @param seconds wall time, without starting machines
 */
public record ConformReport(long seed, List<Part> parts, boolean interrupted, double seconds) {
    /**
     * One campaign.
     *
     * @param name such as {@code dom0, XPTI off, 2 vCPUs}
     */
    public record Part(String name, Campaign.Report report) {}

    public ConformReport {
        parts = List.copyOf(parts);
    }

    public long programs() {
        return parts.stream().mapToLong(part -> part.report().programs()).sum();
    }

    public long steps() {
        return parts.stream().mapToLong(part -> part.report().steps()).sum();
    }

    public long differing() {
        return parts.stream().mapToLong(part -> part.report().differing()).sum();
    }

    public long suspected() {
        return parts.stream().mapToLong(part -> part.report().suspected()).sum();
    }

    /** Whether too many programs met what is suspected to be a defect of Xen. */
    public boolean suspectsTooMuch() {
        return suspected() * 1000 > programs();
    }

    /** The whole campaign's. */
    public Coverage coverage() {
        Coverage all = new Coverage();
        parts.forEach(part -> all.add(part.report().coverage()));
        return all;
    }
}
