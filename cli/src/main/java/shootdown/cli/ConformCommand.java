package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import shootdown.conformance.Arena;
import shootdown.conformance.Campaign;
import shootdown.report.ConformJson;
import shootdown.report.ConformReport;
import shootdown.report.ConformText;
import shootdown.report.Numbers;
import shootdown.xen.BadHypervisor;
import shootdown.xen.XenException;
import shootdown.xen.XenInstances;
import shootdown.xen.XenOptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
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
                    + " A program that differs is made small and printed as a scenario.",
            "",
            "Exit code 0 if nothing differs, 1 if something does, 4 if QEMU or Xen is missing. The"
                    + " last line says the same: 'conform: OK 5000 programs, …'.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown conform                                 2000 programs of each kind",
            "  shootdown conform --programs 100000 --xpti off --domain dom0",
            "  shootdown conform --time 2m --scenarios found     differences as files",
        },
        mixinStandardHelpOptions = true)
final class ConformCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 100;
    private static final int MOST_INSTANCES = 64;

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
    private long programs = -1;

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

    @Option(
            names = "--xen",
            paramLabel = "FILE",
            description = "the hypervisor to start (default: the installed one)")
    private @Nullable Path hypervisor;

    @Option(
            names = "--xen-options",
            paramLabel = "WORDS",
            description = "more words for its command line")
    private String hypervisorOptions = "";

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    ConformCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        check();
        Set<Arena.Kind> kinds =
                switch (domain) {
                    case dom0 -> EnumSet.of(Arena.Kind.DOM0);
                    case domu -> EnumSet.of(Arena.Kind.DOMU);
                    case both -> EnumSet.allOf(Arena.Kind.class);
                };
        List<Boolean> xptis =
                switch (xpti) {
                    case on -> List.of(true);
                    case off -> List.of(false);
                    case both -> List.of(false, true);
                };
        ConformReport report;
        try {
            report = run(kinds, xptis, counts());
        } catch (XenException e) {
            if (session.interruption().isRequested()) {
                return session.interrupted();
            }
            throw new Complaint(e instanceof BadHypervisor ? Exit.USAGE : Exit.MISSING, e.says());
        }
        write(report);
        if (json) {
            session.console().print(ConformJson.text(report));
        } else {
            session.console().print(ConformText.page(report));
        }
        if (report.interrupted()) {
            return Exit.INTERRUPTED;
        }
        return report.differing() > 0 || report.suspectsTooMuch() ? Exit.BROKEN : Exit.OK;
    }

    private void check() {
        if (programs == 0 || programs < -1) {
            throw new Complaint("--programs takes a number above 0");
        }
        if (steps < 1 || steps > MOST_STEPS) {
            throw new Complaint("--steps takes 1 to " + MOST_STEPS + ", not " + steps);
        }
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new Complaint("--instances takes 1 to " + MOST_INSTANCES + ", not " + instances);
        }
        if (folder != null) {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new Complaint(folder + " is a file, not a folder");
            }
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new Complaint(
                        "cannot make the folder " + folder + ": no permission, or no room");
            }
        }
    }

    private List<Integer> counts() {
        return switch (vcpus) {
            case "1" -> List.of(1);
            case "2" -> List.of(2);
            case "both" -> List.of(1, 2);
            default -> throw new Complaint("--vcpus takes 1, 2 or both, not '" + vcpus + "'");
        };
    }

    /** The time limit, or null. */
    private @Nullable Duration limit() {
        if (time.isEmpty()) {
            return null;
        }
        try {
            Duration limit = Duration.parse("PT" + time.toUpperCase(Locale.ROOT));
            if (limit.isPositive()) {
                return limit;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw new Complaint("--time takes a duration such as 90s or 1h30m, not '" + time + "'");
    }

    private ConformReport run(Set<Arena.Kind> kinds, List<Boolean> xptis, List<Integer> cpuCounts) {
        Duration limit = limit();
        int left = kinds.size() * xptis.size() * cpuCounts.size();
        long each = programs > 0 ? programs : limit == null ? 2000 : Long.MAX_VALUE;
        long end = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
        List<ConformReport.Part> parts = new ArrayList<>();
        double seconds = 0;
        for (boolean on : xptis) {
            try (XenInstances machines = XenInstances.start(options(on), instances)) {
                for (Arena.Kind kind : kinds) {
                    for (int cpus : cpuCounts) {
                        long now = System.nanoTime();
                        long share = limit == null ? Long.MAX_VALUE : now + (end - now) / left--;
                        parts.add(part(machines, new Arena(kind, on, cpus), each, share));
                        seconds += (System.nanoTime() - now) / 1e9;
                        if (session.interruption().isRequested()) {
                            return new ConformReport(seed, parts, true, seconds);
                        }
                    }
                }
            }
        }
        return new ConformReport(seed, parts, false, seconds);
    }

    private XenOptions options(boolean on) {
        List<String> words =
                hypervisorOptions.isBlank()
                        ? List.of()
                        : List.of(hypervisorOptions.strip().split("\\s+"));
        return XenOptions.DEFAULT
                .withHypervisor(hypervisor)
                .withHypervisorOptions(words)
                .withXpti(on);
    }

    private ConformReport.Part part(XenInstances machines, Arena arena, long count, long end) {
        String name =
                "%s, XPTI %s, %d vCPU%s"
                        .formatted(
                                arena.domain() == Arena.Kind.DOM0 ? "dom0" : "domU",
                                arena.xpti() ? "on" : "off",
                                arena.cpus(),
                                arena.cpus() == 1 ? "" : "s");
        Campaign campaign = new Campaign(new Campaign.Plan(arena, seed, count, steps), Set.of());
        try (ProgramTracker tracker = new ProgramTracker(session.console(), name, count)) {
            Campaign.Report report =
                    campaign.run(
                            machines,
                            () ->
                                    session.interruption().isRequested()
                                            || System.nanoTime() - end > 0,
                            tracker::done);
            return new ConformReport.Part(name, report);
        }
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

    /** Such as {@code dom0, XPTI off, 1 vCPU: 12,345 programs, 4,321/s, 0 differ}. */
    static String line(String name, long done, long count, double seconds, long differing) {
        String of = count == Long.MAX_VALUE ? "" : " of " + Numbers.of(count);
        return "%s: %s%s programs, %s/s, %s differ"
                .formatted(
                        name,
                        Numbers.of(done),
                        of,
                        Numbers.of((long) (done / seconds)),
                        Numbers.of(differing));
    }
}
