package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport;
import shootdown.report.CostCsv;
import shootdown.report.CostHtml;
import shootdown.report.CostJson;
import shootdown.report.CostReport;
import shootdown.report.CostText;
import shootdown.report.Split;
import shootdown.words.Nearest;
import shootdown.workload.cost.MachineCosts;
import shootdown.workload.cost.Machines;
import shootdown.workload.replay.Options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code shootdown cost}: what policies cost in recordings of real workloads. */
@Command(
        name = "cost",
        description = {
            "Replays recordings of Linux as a PV dom0 under policies and tells what their flushes"
                    + " would have cost, next to what check says of them.",
            "",
            "Counts are exact; cycles are counts times unit costs, with a range (docs/cost.md)."
                    + " final is always among the policies: the others are compared with it.",
            "Exit code 0 whatever the verdicts are, 2 if a recording cannot be used.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown cost traces/full/compile.csv.gz",
            "  shootdown cost traces/full/*.gz --html cost.html      one page with pictures",
            "  shootdown cost churn.csv.gz --policy skip-not-present --split transition",
            "  shootdown cost churn.csv.gz --policy final~no-new --xpti",
            "  shootdown cost churn.csv.gz --policy-file Mine.java --no-check",
            "  shootdown cost churn.csv.gz --machine two-socket --csv -"
        },
        mixinStandardHelpOptions = true)
final class CostCommand implements Callable<Integer> {
    private static final int MOST_TLB_ENTRIES = 1 << 24;

    private final Session session;

    @Parameters(paramLabel = "TRACE", arity = "1..*", description = "recordings (docs/cost.md)")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--policy",
            paramLabel = "P",
            description = "a policy; may be repeated (default: all of the catalogue)")
    private List<String> policyNames = new ArrayList<>();

    @Option(
            names = "--costs",
            paramLabel = "F",
            description = "unit costs of your machine (docs/cost.md)")
    private @Nullable Path costs;

    @Option(
            names = "--machine",
            paramLabel = "M",
            description = "whose unit costs to take: skylake (default), two-socket, virtual")
    private @Nullable String machineName;

    @Option(names = "--xpti", description = "what if dom0 had run with XPTI")
    private boolean xpti;

    @Option(names = "--pcid", description = "what if it had run with PCIDs")
    private boolean pcid;

    @Option(
            names = "--tlb",
            paramLabel = "N",
            description = "how many translations a CPU holds at most (default: ${DEFAULT-VALUE})")
    private int tlbEntries = Options.TLB_ENTRIES;

    @Option(
            names = "--lenient",
            description = "leave lines out that cannot be used, and say how many")
    private boolean lenient;

    @Option(
            names = "--no-check",
            description =
                    "do not check the policies first, which takes most of the time: the column of"
                            + " verdicts stays empty")
    private boolean noCheck;

    @Option(
            names = "--split",
            paramLabel = "S",
            description = "calls that flush by level, transition or phase; may be repeated")
    private List<String> splitNames = new ArrayList<>();

    @Option(
            names = "--html",
            paramLabel = "F",
            description = "write one page with pictures there, which needs no network; - prints it")
    private @Nullable String html;

    @Option(names = "--json", paramLabel = "F", description = "write JSON there, - prints it")
    private @Nullable String json;

    @Option(names = "--csv", paramLabel = "F", description = "write CSV there, - prints it")
    private @Nullable String csv;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final SearchChoice search = new SearchChoice();

    CostCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Split> splits = splits();
        MachineCosts machine = machine();
        List<CatalogueEntry> policies = policies();
        int threads = search.threads();
        Options options = new Options(xpti, pcid, tlbEntries(), threads, lenient);
        checkOutputs();
        CostRun run = new CostRun(policies, options, session);
        run.replay(files);
        if (run.replays().isEmpty()) {
            return session.interrupted();
        }
        @Nullable CheckReport check =
                noCheck || session.interruption().isRequested()
                        ? null
                        : new Checking(search, session, List.of())
                                .check(
                                        policies,
                                        Lookup.universes(List.of()),
                                        Lookup.properties(List.of()));
        CostReport report =
                new CostReport(
                        Shootdown.version(),
                        policies,
                        reference(),
                        machine,
                        check,
                        run.replays(),
                        session.interruption().isRequested(),
                        new CostReport.Measured(run.nanos(), threads));
        print(report, splits);
        return session.interruption().isRequested() ? Exit.INTERRUPTED : Exit.OK;
    }

    private void print(CostReport report, List<Split> splits) {
        if (outputs().values().stream().noneMatch(CostCommand::isPrinted)) {
            session.console().print(CostText.page(report, splits));
        }
        if (json != null) {
            write(json, CostJson.text(report));
        }
        if (html != null) {
            write(html, CostHtml.text(report));
        }
        if (csv != null) {
            write(csv, CostCsv.text(report));
        }
    }

    /** The files to write, by option. */
    private Map<String, String> outputs() {
        Map<String, String> outputs = new LinkedHashMap<>();
        put(outputs, "--html", html);
        put(outputs, "--json", json);
        put(outputs, "--csv", csv);
        return outputs;
    }

    private static void put(Map<String, String> outputs, String option, @Nullable String file) {
        if (file != null) {
            outputs.put(option, file);
        }
    }

    /** What cannot be written is told before the long work. */
    private void checkOutputs() {
        List<String> printed = new ArrayList<>();
        outputs()
                .forEach(
                        (option, file) -> {
                            if (isPrinted(file)) {
                                printed.add(option + " -");
                            } else {
                                checkOutput(option, Path.of(file));
                            }
                        });
        if (printed.size() > 1) {
            throw new Complaint(
                    String.join(" and ", printed) + " would mix; write one of them to a file");
        }
    }

    private static void checkOutput(String option, Path file) {
        if (Files.isDirectory(file)) {
            throw new Complaint("%s: %s is a folder, not a file".formatted(option, file));
        }
        @Nullable Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new Complaint("%s: there is no folder %s".formatted(option, folder));
        }
        Path written = Files.exists(file) || folder == null ? file : folder;
        if (!Files.isWritable(written)) {
            throw new Complaint("%s: %s cannot be written".formatted(option, written));
        }
    }

    private static boolean isPrinted(@Nullable String file) {
        return "-".equals(file);
    }

    private void write(String file, String text) {
        if (isPrinted(file)) {
            session.console().print(text);
            return;
        }
        try {
            Files.write(Path.of(file), text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new Complaint("cannot write " + file + ": " + e.getMessage());
        }
    }

    private static CatalogueEntry reference() {
        return Catalogue.find("final").orElseThrow();
    }

    private List<CatalogueEntry> policies() {
        List<CatalogueEntry> own = policyFiles.load(session.console());
        if (own.stream().anyMatch(entry -> entry.name().equals(reference().name()))) {
            throw new Complaint(
                    "a policy file gives 'final', with which all are compared; rename its class");
        }
        Set<CatalogueEntry> named = new LinkedHashSet<>(new Lookup(own).policies(policyNames));
        named.addAll(own);
        if (named.isEmpty()) {
            return Catalogue.entries();
        }
        named.add(reference());
        return List.copyOf(named);
    }

    private MachineCosts machine() {
        if (costs != null) {
            if (machineName != null) {
                throw new Complaint("--costs and --machine: only one of them can be");
            }
            return CostsFile.read(costs);
        }
        if (machineName == null) {
            return Machines.byDefault();
        }
        String name = machineName.toLowerCase(Locale.ROOT);
        List<String> known = Machines.all().stream().map(MachineCosts::name).toList();
        return Machines.find(name).orElseThrow(() -> unknown("machine", name, known));
    }

    private List<Split> splits() {
        List<String> known = Arrays.stream(Split.values()).map(Split::word).toList();
        List<Split> splits = new ArrayList<>();
        for (String name : splitNames) {
            String lower = name.toLowerCase(Locale.ROOT);
            splits.add(Split.find(lower).orElseThrow(() -> unknown("split", name, known)));
        }
        return splits;
    }

    private static Complaint unknown(String kind, String name, List<String> known) {
        return new Complaint(
                "unknown %s '%s'; did you mean '%s'? (%s)"
                        .formatted(kind, name, Nearest.of(name, known), String.join(", ", known)));
    }

    private int tlbEntries() {
        if (tlbEntries < 1 || tlbEntries > MOST_TLB_ENTRIES) {
            throw new Complaint(
                    "--tlb must be 1..%d, not %d".formatted(MOST_TLB_ENTRIES, tlbEntries));
        }
        return tlbEntries;
    }
}
