package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import shootdown.checker.Exhibit;
import shootdown.checker.Museum;
import shootdown.checker.Story;
import shootdown.fuzz.Campaign;
import shootdown.fuzz.Finding;
import shootdown.fuzz.Hit;
import shootdown.fuzz.Limits;
import shootdown.fuzz.Notes;
import shootdown.fuzz.Shard;
import shootdown.fuzz.Target;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.FuzzJson;
import shootdown.report.FuzzReport;
import shootdown.report.FuzzText;
import shootdown.report.StoryText;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code shootdown fuzz}: random walks in universes that are too big to explore. */
@Command(
        name = "fuzz",
        description = {
            "Walks at random through machines composed at random from all that the model has, and"
                    + " judges every step as check does. What breaks is made small: a universe from"
                    + " which nothing can be taken, and the shortest story in it.",
            "",
            "What is not found is not safe. Exit code 1 if a target is broken, 3 if none is (on a"
                    + " machine that is not Xen's is shown, and does not count), 130 after Ctrl-C.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown fuzz draft                       until it is broken, a minute at most",
            "  shootdown fuzz --policy-file Mine.java --time 1h",
            "  shootdown fuzz xsa-401                     an exhibit of the museum",
            "  shootdown fuzz --all --time 1h --resume all.fuzz   all policies and exhibits",
            "  shootdown fuzz final --rounds 500 --seed 7 the same universes and walks every time",
            "  shootdown fuzz --all --time 1h --cluster 10.0.0.1 --cluster-key site.key   by others"
        },
        mixinStandardHelpOptions = true)
final class FuzzCommand implements Callable<Integer> {
    private static final long DEFAULT_NANOS = Duration.ofMinutes(1).toNanos();

    private final Session session;

    @Parameters(paramLabel = "TARGET", description = "policies and exhibits of the museum to break")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--all",
            description = "all policies, and all exhibits that break anything, in turn")
    private boolean all;

    @Option(
            names = "--time",
            paramLabel = "T",
            description =
                    "an end to it, such as 90s or 1h (default: 60s, or no limit with --rounds)")
    private String time = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "universes to walk through, one target after the other in turn")
    private long rounds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "decides all universes and walks (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "worker threads; what a number of rounds finds does not depend on it"
                            + " (default: one a processor)")
    private int threads =
            Math.min(SearchChoice.MOST_THREADS, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "go on with what this file has noted, and note there how far it is")
    private @Nullable Path resume;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Option(
            names = "--stories",
            paramLabel = "DIR",
            description = "write the story of each target that is broken to this folder")
    private @Nullable Path stories;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final ClusterChoice cluster = new ClusterChoice();

    @Spec private CommandSpec spec = CommandSpec.create();

    FuzzCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        check();
        List<Target> targets = targets();
        if (cluster.isChosen()) {
            targets.forEach(FuzzCommand::requireKnown);
        }
        OutputFolder folder = stories == null ? null : OutputFolder.open("--stories", stories);
        FuzzNotes notes = resume == null ? null : new FuzzNotes(resume, policyFiles.paths());
        FuzzReport report = run(targets, notes);
        print(report);
        if (folder != null) {
            write(report, folder);
        }
        if (session.interruption().isRequested()) {
            return Exit.INTERRUPTED;
        }
        boolean broken = report.done().hits().stream().anyMatch(Hit::isSettling);
        return broken ? Exit.BROKEN : Exit.INCONCLUSIVE;
    }

    private void check() {
        if (rounds < 0) {
            throw new Complaint("--rounds takes a number above 0, not " + rounds);
        }
        if (threads < 1 || threads > SearchChoice.MOST_THREADS) {
            throw new Complaint(
                    "--threads takes 1 to %d, not %d"
                            .formatted(SearchChoice.MOST_THREADS, threads));
        }
        if (all && !names.isEmpty()) {
            throw new Complaint("--all takes all targets; name some, or say --all");
        }
        cluster.requireWithout(spec, "--threads");
    }

    private static void requireKnown(Target target) {
        if (!target.isKnown()) {
            throw new Complaint(
                    "a cluster knows policies and exhibits by name, and takes no code: "
                            + target.name());
        }
    }

    private List<Target> targets() {
        List<CatalogueEntry> own = policyFiles.load(session.console());
        Set<Target> targets = new LinkedHashSet<>();
        own.forEach(policy -> targets.add(Target.of(policy)));
        names.forEach(name -> targets.add(target(name, own)));
        if (all) {
            targets.addAll(Target.all());
        }
        if (targets.isEmpty()) {
            throw new Complaint(
                    "name a policy or an exhibit, give a --policy-file, or say --all (shootdown"
                            + " list policies, shootdown museum)");
        }
        return List.copyOf(targets);
    }

    private static Target target(String name, List<CatalogueEntry> own) {
        if (Catalogue.find(name).isEmpty()) {
            for (Exhibit exhibit : Museum.find(name).stream().toList()) {
                if (!Target.canBeFound(exhibit)) {
                    throw new Complaint(
                            ("%s breaks nothing: that work is for nothing is a claim about all"
                                            + " states, which no walk can support (shootdown museum"
                                            + " %s)")
                                    .formatted(exhibit.name(), exhibit.name()));
                }
                return Target.of(exhibit);
            }
        }
        return Target.of(new Lookup(own).policies(List.of(name)).getFirst());
    }

    // Walking.

    private FuzzReport run(List<Target> targets, @Nullable FuzzNotes notes) {
        List<String> order = targets.stream().map(Target::name).toList();
        Notes before =
                notes == null
                        ? new Notes("", seed, order, 0, Shard.none(0))
                        : notes.read(seed, order);
        long start = System.nanoTime();
        long limit = limit();
        Map<Hit, Long> foundAfter = new ConcurrentHashMap<>();
        Limits limits =
                new Limits(
                        rounds == 0 ? Long.MAX_VALUE : rounds,
                        limit,
                        System::nanoTime,
                        session.interruption()::isRequested);
        FuzzProgress progress = new FuzzProgress(targets, start, limit);
        Consumer<Shard> hears =
                shard -> {
                    long now = before.nanos() + System.nanoTime() - start;
                    shard.hits().forEach(hit -> foundAfter.putIfAbsent(hit, now));
                    progress.show(shard);
                    if (notes != null) {
                        notes.write(notes.notes(seed, order, now, shard));
                    }
                };
        Campaign campaign = new Campaign(targets, seed, before.done(), limits, hears);
        ClusterWalks others = new ClusterWalks(cluster, session);
        Shard done =
                watched(
                        progress,
                        () ->
                                cluster.isChosen()
                                        ? others.run(targets, seed, before.done(), limits, hears)
                                        : campaign.run(threads));
        before.done().hits().forEach(foundAfter::remove);
        long nanos = before.nanos() + System.nanoTime() - start;
        if (notes != null) {
            notes.writeNow(notes.notes(seed, order, nanos, done));
        }
        others.rethrow();
        FuzzReport known =
                new FuzzReport(
                        seed,
                        targets,
                        done,
                        List.of(),
                        foundAfter,
                        end(targets, done, others.isLost()),
                        nanos);
        List<Finding> told = tell(known, campaign);
        return new FuzzReport(seed, targets, done, told, foundAfter, known.end(), nanos);
    }

    private Shard watched(FuzzProgress progress, Supplier<Shard> walks) {
        ProgressLine line = new ProgressLine(session.console(), progress::text);
        try {
            return walks.get();
        } finally {
            line.close();
        }
    }

    private FuzzReport.End end(List<Target> targets, Shard done, boolean lost) {
        if (lost) {
            return FuzzReport.End.MEMBERS_LOST;
        }
        if (session.interruption().isRequested()) {
            return FuzzReport.End.INTERRUPTED;
        }
        if (rounds > 0 && done.to() >= rounds) {
            return FuzzReport.End.ROUNDS;
        }
        boolean settled = targets.stream().allMatch(done::isBroken);
        return settled ? FuzzReport.End.ALL_BROKEN : FuzzReport.End.TIME;
    }

    /** After Ctrl-C only what is known is shown. */
    private List<Finding> tell(FuzzReport known, Campaign campaign) {
        List<Finding> findings = new ArrayList<>();
        for (Target target : known.targets()) {
            Hit hit = known.hit(target);
            if (hit != null && !session.interruption().isRequested()) {
                findings.add(tell(hit, campaign));
            }
        }
        return findings;
    }

    private Finding tell(Hit hit, Campaign campaign) {
        try {
            return campaign.tell(hit, session.interruption()::isRequested);
        } catch (IllegalArgumentException e) {
            if (resume == null) {
                throw e;
            }
            throw new Complaint("--resume: %s: %s".formatted(resume, e.getMessage()));
        }
    }

    /** The time limit in nanoseconds. */
    private long limit() {
        if (time.isEmpty()) {
            return rounds == 0 ? DEFAULT_NANOS : Long.MAX_VALUE / 2;
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

    // Results.

    private void print(FuzzReport report) {
        if (json) {
            session.console().print(FuzzJson.text(report));
        } else {
            session.console().print(FuzzText.page(report, session.console().columns()));
        }
    }

    private static void write(FuzzReport report, OutputFolder folder) {
        for (Finding finding : report.findings()) {
            Story story = finding.story();
            String name = "%s.%s.txt".formatted(finding.target().name(), story.property());
            folder.write(name, StoryText.page(story).text());
        }
    }
}
