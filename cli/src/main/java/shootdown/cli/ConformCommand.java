package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import shootdown.cluster.Cluster;
import shootdown.cluster.ClusterException;
import shootdown.conformance.Arena;
import shootdown.conformance.Campaign;
import shootdown.report.ConformJson;
import shootdown.report.ConformReport;
import shootdown.report.ConformText;
import shootdown.xen.XenException;
import shootdown.xen.XenInstance;
import shootdown.xen.XenInstances;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code shootdown conform}: the model against real Xen. */
@Command(
        name = "conform",
        description = {
            "Runs random programs on the model and on a real Xen under QEMU, and compares after"
                    + " every step: results, faults, memory, and Xen's own page types and counts."
                    + " A program that differs is run again alone, made small, and printed as a"
                    + " scenario.",
            "",
            "Exit code 0 if nothing differs, 1 if something does, if more than one program in 1000"
                + " (and more than five) ends in what may be a defect of Xen, or if more than one"
                + " in 100 loses a reference once and not again, 4 if QEMU or Xen is missing or a"
                + " machine cannot be brought back, 130 after Ctrl-C; 4 and 130 whatever was found"
                + " until then. The last line says the same: 'conform: OK 5000 programs, 0"
                + " differences, …', or FAILED, INCOMPLETE, INTERRUPTED.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown conform                                 2000 programs of each kind",
            "  shootdown conform --programs 100000 --xpti off --domain dom0",
            "  shootdown conform --time 2m --scenarios found     differences as files",
            "  shootdown conform --programs 100000 --cluster 10.0.0.1 --cluster-key site.key",
        },
        mixinStandardHelpOptions = true)
final class ConformCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 100;
    private static final int MOST_INSTANCES = 64;
    private static final long USUAL_PROGRAMS = 2000;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    /** What a machine has on, off, or once so and once so. */
    enum Both {
        on,
        off,
        both
    }

    /** Who runs programs. */
    enum Who {
        dom0,
        domu,
        both
    }

    private final Session session;

    @Option(
            names = "--programs",
            paramLabel = "N",
            description =
                    "programs of each kind of machine (default: 2000, or no limit with --time)")
    private @Nullable Long programs;

    @Option(
            names = "--first",
            paramLabel = "N",
            description =
                    "number of the first program; with --programs 1 that program alone (default:"
                            + " ${DEFAULT-VALUE})")
    private long first;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "decides all programs (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--steps",
            paramLabel = "K",
            description = "steps of a program (default: ${DEFAULT-VALUE})")
    private int steps = 20;

    @Option(
            names = "--instances",
            paramLabel = "I",
            description = "machines at once (default: one a processor)")
    private int instances = Math.min(MOST_INSTANCES, Runtime.getRuntime().availableProcessors());

    @Option(names = "--xpti", paramLabel = "X", description = "on, off or both (default: both)")
    private Both xpti = Both.both;

    @Option(
            names = "--domain",
            paramLabel = "D",
            description = "dom0, domu (unprivileged) or both (default: both)")
    private Who domain = Who.both;

    @Option(names = "--vcpus", paramLabel = "V", description = "1, 2 or both (default: both)")
    private String vcpus = "both";

    @Option(
            names = "--time",
            paramLabel = "T",
            description = "an end to it all, such as 90s or 10m, shared by all kinds of machine")
    private String time = "";

    @Option(
            names = "--scenarios",
            paramLabel = "DIR",
            description = "writes what differs as scenario files into this folder")
    private @Nullable Path folder;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Mixin private final XenChoice xen = new XenChoice();

    @Mixin private final ClusterChoice cluster = new ClusterChoice();

    @Spec private CommandSpec spec = CommandSpec.create();

    ConformCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        check();
        xen.checkWords();
        requireOwnMachines();
        List<Arena> arenas = arenas(counts());
        long limit = limit();
        makeFolder();
        List<ConformReport.Part> parts = new ArrayList<>();
        try {
            if (cluster.isChosen()) {
                runByOthers(arenas, limit, parts);
            } else {
                run(arenas, limit, parts);
            }
        } catch (ClusterException e) {
            if (!parts.isEmpty()) {
                print(new ConformReport(seed, parts, ConformReport.End.MACHINE_LOST));
                boolean failed = e.kind() == ClusterException.Kind.FAILURE;
                throw new Complaint(failed ? Exit.INTERNAL : Exit.MISSING, e.says());
            }
            throw e;
        } catch (XenException e) {
            if (!interrupted()) {
                if (!parts.isEmpty()) {
                    print(new ConformReport(seed, parts, ConformReport.End.MACHINE_LOST));
                }
                throw XenChoice.complaint(e);
            }
        }
        if (interrupted() && parts.isEmpty()) {
            return session.interrupted();
        }
        ConformReport report =
                new ConformReport(
                        seed,
                        parts,
                        interrupted() ? ConformReport.End.INTERRUPTED : ConformReport.End.COMPLETE);
        print(report);
        if (interrupted()) {
            return Exit.INTERRUPTED;
        }
        return report.outcome() == ConformReport.Outcome.OK ? Exit.OK : Exit.BROKEN;
    }

    private boolean interrupted() {
        return session.interruption().isRequested();
    }

    private void print(ConformReport report) {
        if (json) {
            session.console().print(ConformJson.text(report));
        } else {
            session.console().print(ConformText.page(report));
        }
        write(report);
    }

    // Options.

    private void check() {
        if (programs != null && programs < 1) {
            throw new Complaint("--programs takes a number above 0, not " + programs);
        }
        if (first < 0) {
            throw new Complaint("--first takes 0 and above, not " + first);
        }
        if (steps < 1 || steps > MOST_STEPS) {
            throw new Complaint("--steps takes 1 to " + MOST_STEPS + ", not " + steps);
        }
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new Complaint("--instances takes 1 to " + MOST_INSTANCES + ", not " + instances);
        }
    }

    /** All kinds of machine that are asked for; those that the same machine can be are together. */
    private List<Arena> arenas(List<Integer> cpuCounts) {
        List<Arena> arenas = new ArrayList<>();
        for (boolean on : new boolean[] {false, true}) {
            for (Arena.Kind kind : Arena.Kind.values()) {
                for (int cpus : cpuCounts) {
                    if (isAskedFor(on) && isAskedFor(kind)) {
                        arenas.add(new Arena(kind, on, cpus));
                    }
                }
            }
        }
        return arenas;
    }

    private boolean isAskedFor(boolean on) {
        return xpti == Both.both || (xpti == Both.on) == on;
    }

    private boolean isAskedFor(Arena.Kind kind) {
        return domain == Who.both || (domain == Who.dom0) == (kind == Arena.Kind.DOM0);
    }

    private List<Integer> counts() {
        return switch (vcpus) {
            case "1" -> List.of(1);
            case "2" -> List.of(2);
            case "both" -> List.of(1, 2);
            default -> throw new Complaint("--vcpus takes 1, 2 or both, not '" + vcpus + "'");
        };
    }

    /** The time limit in nanoseconds. */
    private long limit() {
        if (time.isEmpty()) {
            return NO_LIMIT;
        }
        try {
            Duration limit = Duration.parse("PT" + time.toUpperCase(Locale.ROOT));
            if (limit.isPositive()) {
                return limit.toNanos();
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Said below.
        }
        throw new Complaint("--time takes a duration such as 90s or 1h30m, not '" + time + "'");
    }

    private void makeFolder() {
        if (folder == null) {
            return;
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new Complaint(folder + " is a file, not a folder");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Complaint("cannot make the folder " + folder + ": no permission, or no room");
        }
    }

    /** Members of a cluster have machines of their own. */
    private void requireOwnMachines() {
        cluster.requireWithout(spec, "--instances");
        if (cluster.isChosen() && xen.hypervisor() != null) {
            throw new Complaint(
                    "--xen is a file of this machine; members of a cluster run the hypervisor that"
                            + " is installed there");
        }
    }

    // Running.

    /** The time of one campaign. Some of it is kept for what must be tried again. */
    private final class Share implements Campaign.Limit {
        private final long start = System.nanoTime();
        private final long nanos;

        Share(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public boolean enough() {
            return System.nanoTime() - start > nanos / 10 * 9;
        }

        @Override
        public boolean over() {
            return interrupted() || System.nanoTime() - start > nanos;
        }
    }

    /** Adds a part for each campaign that comes to its end. */
    private void run(List<Arena> arenas, long limit, List<ConformReport.Part> parts) {
        long start = System.nanoTime();
        for (boolean on : arenas.stream().map(Arena::xpti).distinct().toList()) {
            if (interrupted()) {
                return;
            }
            try (XenInstances machines =
                    XenInstances.start(xen.options().withXpti(on), instances)) {
                checkDomains(machines);
                for (Arena arena : arenas.stream().filter(arena -> arena.xpti() == on).toList()) {
                    if (interrupted()) {
                        return;
                    }
                    long rest = Math.max(0, limit - (System.nanoTime() - start));
                    int left = arenas.size() - parts.size();
                    Share share = new Share(limit == NO_LIMIT ? NO_LIMIT : rest / left);
                    parts.add(part(machines, arena, limit, share));
                }
            }
        }
    }

    /** The same by the members of a cluster. Adds parts also if they are lost. */
    private void runByOthers(List<Arena> arenas, long limit, List<ConformReport.Part> parts) {
        List<Campaign.Plan> plans = arenas.stream().map(arena -> plan(arena, limit)).toList();
        long each = count(limit);
        long all = each == NO_LIMIT ? NO_LIMIT : each * plans.size();
        try (Cluster members = cluster.join(session.console());
                ProgramTracker tracker = new ProgramTracker(session.console(), "members", all)) {
            ClusterPrograms programs = new ClusterPrograms(plans, xen.words(), limit, tracker);
            try {
                programs.run(members, this::interrupted);
            } finally {
                parts.addAll(programs.parts());
            }
            if (programs.hypervisors().size() > 1) {
                session.console()
                        .say(
                                "members have run different hypervisors: "
                                        + String.join(", ", programs.hypervisors()));
            }
        }
    }

    /** Programs of both domains name frames of the other one. */
    static void checkDomains(XenInstances machines) {
        if (!machines.all().stream().allMatch(XenInstance::hasUnprivileged)) {
            throw new Complaint(
                    Exit.MISSING,
                    "this hypervisor lets the agent make no second domain, which random programs"
                            + " need; 'run --on xen' can do without");
        }
    }

    private ConformReport.Part part(XenInstances machines, Arena arena, long limit, Share share) {
        Campaign.Plan plan = plan(arena, limit);
        Campaign campaign = new Campaign(plan, Set.of());
        String name = arena.words();
        try (ProgramTracker tracker = new ProgramTracker(session.console(), name, count(limit))) {
            return new ConformReport.Part(name, campaign.run(machines, share, tracker));
        }
    }

    private Campaign.Plan plan(Arena arena, long limit) {
        long most = Math.min(count(limit), NO_LIMIT - first);
        return new Campaign.Plan(arena, seed, first, most, steps);
    }

    /** Programs of each kind of machine. */
    private long count(long limit) {
        long unasked = limit == NO_LIMIT ? USUAL_PROGRAMS : Long.MAX_VALUE;
        return programs == null ? unasked : programs;
    }

    private void write(ConformReport report) {
        if (folder == null) {
            return;
        }
        for (ConformReport.Part part : report.parts()) {
            String prefix = part.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            for (Campaign.Finding finding : part.report().findings()) {
                Path file = folder.resolve(prefix + "-" + finding.number() + ".scn");
                try {
                    Files.writeString(file, finding.scenario());
                } catch (IOException e) {
                    throw new Complaint("cannot write " + file + ": " + e.getMessage());
                }
            }
        }
    }
}
