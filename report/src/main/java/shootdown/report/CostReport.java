package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.CatalogueEntry;
import shootdown.workload.cost.Estimate;
import shootdown.workload.cost.MachineCosts;
import shootdown.workload.cost.Work;
import shootdown.workload.replay.PolicyRun;
import shootdown.workload.replay.Replayed;
import shootdown.workload.replay.Tally;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What policies cost in recordings.
 *
 * @param policies in the order of the question; the reference is one of them
 * @param reference what the others are compared with
 * @param machine whose costs are taken
 * @param check the verdicts, or null if they were not asked for
 * @param replays one for each recording that was replayed to its end
 * @param interrupted whether it was ended by Ctrl-C
 * @param measured what it took
 */
public record CostReport(
        String version,
        List<CatalogueEntry> policies,
        CatalogueEntry reference,
        MachineCosts machine,
        @Nullable CheckReport check,
        List<Replayed> replays,
        boolean interrupted,
        Measured measured) {

    /**
     * What depends on the machine and its load.
     *
     * @param nanos of each replay
     */
    public record Measured(List<Long> nanos, int threads) {
        public Measured {
            nanos = List.copyOf(nanos);
        }
    }

    /**
     * A policy in a recording.
     *
     * @param ofReference its cost as a part of the reference's, at the most likely costs; not a
     *     number if that costs nothing
     * @param flushes all flushes of the workload under it, whoever asked
     */
    record Row(
            CatalogueEntry policy,
            Tally tally,
            Work work,
            Estimate estimate,
            double ofReference,
            long flushes) {

        /** Of all flushes of the workload, the part that is the policy's. */
        double share() {
            return flushes == 0
                    ? 0
                    : (double) CostReport.flushes(tally, FlushSource.POLICY) / flushes;
        }
    }

    public CostReport {
        policies = List.copyOf(policies);
        replays = List.copyOf(replays);
    }

    /** Whether the machine is another than the one recorded. */
    boolean isWhatIf() {
        return replays.stream().anyMatch(replay -> replay.options().isWhatIf());
    }

    /** What is not as it was recorded, such as {@code XPTI}. */
    static List<String> whatIf(Replayed replay) {
        List<String> whatIf = new ArrayList<>();
        if (replay.options().xpti()) {
            whatIf.add("XPTI");
        }
        if (replay.options().pcid()) {
            whatIf.add("PCID");
        }
        return whatIf;
    }

    /** The policies, those that cost least first. */
    List<Row> rows(Replayed replay) {
        double reference = typical(work(replay, this.reference));
        List<Row> rows = new ArrayList<>();
        for (CatalogueEntry policy : policies) {
            Tally tally = tally(replay, policy);
            Work work = Work.of(tally);
            Estimate estimate = Estimate.of(work, machine);
            double part = reference == 0 ? Double.NaN : estimate.total().typical() / reference;
            rows.add(new Row(policy, tally, work, estimate, part, flushes(tally)));
        }
        rows.sort(Comparator.comparingDouble(row -> row.estimate().total().typical()));
        return rows;
    }

    /** The row of a policy. */
    Row row(Replayed replay, CatalogueEntry policy) {
        return rows(replay).stream()
                .filter(row -> row.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    /** Its cost in all recordings, as a part of the reference's. */
    double ofReference(CatalogueEntry policy) {
        double cost = replays.stream().mapToDouble(r -> typical(work(r, policy))).sum();
        double whole = replays.stream().mapToDouble(r -> typical(work(r, reference))).sum();
        return whole == 0 ? Double.NaN : cost / whole;
    }

    /** Whether a policy needs to know, or to flush, what Xen cannot. */
    boolean asksForMore(CatalogueEntry policy) {
        return Names.isIdeal(policy)
                || replays.stream().anyMatch(r -> work(r, policy).partialFlushes() > 0);
    }

    /** What the check found, in all universes; {@code unchecked} if it was not asked for. */
    Span verdict(CatalogueEntry policy) {
        return check == null ? new Span("unchecked", Tone.MUTED) : Verdicts.of(check.of(policy));
    }

    private double typical(Work work) {
        return Estimate.of(work, machine).total().typical();
    }

    private static Work work(Replayed replay, CatalogueEntry policy) {
        return Work.of(tally(replay, policy));
    }

    private static Tally tally(Replayed replay, CatalogueEntry policy) {
        return replay.runs().stream()
                .filter(run -> run.policy().equals(policy.name()))
                .map(PolicyRun::tally)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Flushes that CPUs made for one who asked: here and elsewhere. Only a policy can put them off,
     * and then one may do for several that it asked for.
     */
    static long flushes(Tally tally, FlushSource source) {
        return source == FlushSource.POLICY
                ? tally.fullFlushes() + tally.partialFlushes()
                : tally.of(source).local() + tally.of(source).targets();
    }

    private static long flushes(Tally tally) {
        long sum = 0;
        for (FlushSource source : FlushSource.values()) {
            sum += flushes(tally, source);
        }
        return sum;
    }
}
