package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.cluster.Cluster;
import shootdown.cluster.Job;
import shootdown.conformance.Campaign;
import shootdown.conformance.ShardText;
import shootdown.report.ConformReport;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Has a cluster run random programs on real Xen: each member some at a time. */
final class ClusterPrograms implements Job {
    /** Some seconds of work, which is what is lost at most if somebody is lost or time is up. */
    private static final int PROGRAMS = 250;

    /** One kind of machine: what is left to do, and what was done. */
    private static final class Kind {
        private final Campaign.Plan plan;
        private final NavigableMap<Long, Campaign.Report> done = new TreeMap<>();
        private long next;
        private long start;
        private long end;

        /** Nanoseconds, or 0 before it begins. */
        private long share;

        Kind(Campaign.Plan plan) {
            this.plan = plan;
            next = plan.first();
        }

        /** Programs that are left. */
        long left() {
            return plan.first() + plan.programs() - next;
        }

        ConformReport.Part part() {
            Campaign.Report all = Campaign.Report.none();
            for (Campaign.Report report : done.values()) {
                all = all.and(report);
            }
            return new ConformReport.Part(plan.arena().words(), all.in((end - start) / 1e9));
        }
    }

    /** What a task stands for. */
    private record Given(Kind kind, long first) {}

    private final List<Kind> kinds;
    private final String words;
    private final long limit;
    private final Campaign.Progress progress;
    private final long start = System.nanoTime();
    private final List<Given> given = new ArrayList<>();
    private final Set<String> hypervisors = new TreeSet<>();
    private int current;
    private long programs;
    private long differing;

    /**
     * @param plans one for each kind of machine; those that the same machine can be are together
     * @param words for the hypervisor's command line
     * @param limit nanoseconds, shared by all kinds
     */
    ClusterPrograms(
            List<Campaign.Plan> plans, String words, long limit, Campaign.Progress progress) {
        kinds = plans.stream().map(Kind::new).toList();
        this.words = words;
        this.limit = limit;
        this.progress = progress;
    }

    /** Goes on until all is done, or a limit. */
    void run(Cluster cluster, BooleanSupplier interrupted) {
        cluster.sweep(
                ClusterWorks.CONFORM,
                this,
                () -> interrupted.getAsBoolean() || System.nanoTime() - start > limit);
    }

    /** What was done, programs in their order. */
    List<ConformReport.Part> parts() {
        return kinds.stream().filter(kind -> !kind.done.isEmpty()).map(Kind::part).toList();
    }

    /** The names of the hypervisors that members have run. */
    Set<String> hypervisors() {
        return hypervisors;
    }

    @Override
    public @Nullable String next() {
        while (current < kinds.size() && isEnough(kinds.get(current))) {
            current++;
        }
        if (current == kinds.size()) {
            return null;
        }
        Kind kind = kinds.get(current);
        Campaign.Plan plan = kind.plan;
        long count = Math.min(PROGRAMS, kind.left());
        given.add(new Given(kind, kind.next));
        String task =
                ClusterMachines.task(
                        words,
                        new Campaign.Plan(
                                plan.arena(), plan.seed(), kind.next, count, plan.steps()));
        kind.next += count;
        return task;
    }

    /** Whether no more programs of a kind are to be begun. The last tenth of its time is to end. */
    private boolean isEnough(Kind kind) {
        long now = System.nanoTime();
        if (kind.share == 0) {
            kind.start = now;
            kind.end = now;
            kind.share = Math.max(1, (limit - (now - start)) / (kinds.size() - current));
        }
        return kind.left() == 0 || now - kind.start > kind.share / 10 * 9;
    }

    @Override
    public void done(int task, String answer) {
        Given which = given.get(task);
        int end = answer.indexOf('\n');
        hypervisors.add(answer.substring(0, end));
        Campaign.Report report = ShardText.report(answer.substring(end + 1));
        which.kind().done.put(which.first(), report);
        which.kind().end = System.nanoTime();
        programs += report.programs();
        differing += report.differing();
        progress.done(programs, differing);
    }
}
