package shootdown.report;

import static shootdown.checker.FlushKind.LOCAL_ROOT;
import static shootdown.checker.FlushKind.LOCAL_TLB;
import static shootdown.checker.FlushKind.REMOTE_ROOT;
import static shootdown.checker.FlushKind.REMOTE_TLB;

import shootdown.checker.Economy;
import shootdown.checker.Economy.Sum;
import shootdown.checker.FlushKind;
import shootdown.checker.FlushReason;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Change;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The economy of policies as text: counts, and what can be taken away. */
public final class EconomyText {
    private static final List<String> COLUMNS =
            List.of(
                    "local", "chg", "linear", "remote", "chg", "linear", "root", "chg", "r.root",
                    "chg");

    private EconomyText() {}

    public static Page page(EconomyReport report) {
        Page page = new Page();
        page.append(counts(report));
        report.parts().forEach(parts -> page.append(parts(parts)));
        for (CatalogueEntry broken : report.broken()) {
            page.blank()
                    .wrapped(
                            "  ",
                            "%s is broken as it is; what could be taken away is asked of safe policies"
                                    .formatted(Names.of(broken)));
        }
        page.blank();
        for (Economy economy : report.economies()) {
            if (economy.end() != End.EXHAUSTED) {
                page.line(
                        Tone.UNSURE,
                        "not all states: %s in %s, %s"
                                .formatted(
                                        economy.policy().name(),
                                        economy.universe().name(),
                                        CheckJson.word(economy.end())));
            }
        }
        if (report.interrupted()) {
            page.line(Tone.UNSURE, "interrupted: only what had ended is shown");
        }
        page.line(measured(report));
        return page;
    }

    private static String measured(EconomyReport report) {
        long states = report.economies().stream().mapToLong(Economy::states).sum();
        return String.format(
                Locale.ROOT,
                "measured: %.1f s on %s; %s states counted in",
                report.nanos() / 1e9,
                Numbers.count(report.threads(), "thread", "threads"),
                Numbers.of(states));
    }

    /** The counts: in all, by universe, by reason. */
    static Page counts(EconomyReport report) {
        Page page = new Page();
        page.line(Tone.TITLE, "How often a flush changed what its CPU could use");
        page.append(legend());
        page.blank().append(byPolicy(report));
        if (report.policies().size() == 1) {
            CatalogueEntry policy = report.policies().getFirst();
            page.blank().append(byUniverse(report));
            page.blank().append(byReason(report, policy));
            page.append(neverMattered(report, policy));
        }
        return page;
    }

    private static Page legend() {
        return new Page()
                .line("local, remote  flushes, one for each state in which a CPU is about to do it")
                .line("root, r.root   root copies asked for, here and of other CPUs")
                .line("chg            of these, how many changed anything the CPU could use")
                .line("linear         of these, how many changed the linear map");
    }

    private static Page byPolicy(EconomyReport report) {
        Grid grid = grid("policy");
        for (CatalogueEntry policy : report.policies()) {
            grid.row(row(Names.of(policy), kind -> report.sum(policy, kind, reason -> true)));
        }
        return grid.page();
    }

    private static Page byUniverse(EconomyReport report) {
        Grid grid = grid("universe");
        for (Economy economy : report.economies()) {
            grid.row(row(economy.universe().name(), economy::sum));
        }
        return grid.page();
    }

    private static Page byReason(EconomyReport report, CatalogueEntry policy) {
        Grid grid = grid("edits");
        reasons().forEach((name, of) -> grid.row(row(name, kind -> report.sum(policy, kind, of))));
        return grid.page();
    }

    private static Map<String, Predicate<FlushReason>> reasons() {
        Map<String, Predicate<FlushReason>> reasons = new LinkedHashMap<>();
        for (int level = 2; level <= 4; level++) {
            int wanted = level;
            reasons.put("L" + level, r -> r instanceof FlushReason.Edit e && e.level() == wanted);
        }
        for (Change change : Change.values()) {
            reasons.put(
                    change.title(), r -> r instanceof FlushReason.Edit e && e.change() == change);
        }
        reasons.put("of tables nothing names", r -> r instanceof FlushReason.Edit e && !e.hooked());
        reasons.put("several in one call", FlushReason.Several.class::isInstance);
        reasons.put("put off, unknown", FlushReason.Unknown.class::isInstance);
        return reasons;
    }

    private static Grid grid(String first) {
        Grid grid = new Grid("l" + "r".repeat(COLUMNS.size()));
        List<String> header = new ArrayList<>();
        header.add(first);
        header.addAll(COLUMNS);
        return grid.header(header);
    }

    private static List<Span> row(String name, Function<FlushKind, Sum> sums) {
        List<Span> row = new ArrayList<>();
        row.add(Span.plain(name));
        for (FlushKind kind : List.of(LOCAL_TLB, REMOTE_TLB, LOCAL_ROOT, REMOTE_ROOT)) {
            Sum sum = sums.apply(kind);
            boolean tlb = kind == LOCAL_TLB || kind == REMOTE_TLB;
            row.add(number(sum, sum.flushes()));
            row.add(number(sum, sum.changed()));
            if (tlb) {
                row.add(number(sum, sum.linear()));
            }
        }
        return row;
    }

    /** A dash where nothing was asked for. */
    private static Span number(Sum sum, long number) {
        return sum.flushes() == 0 ? new Span("-", Tone.MUTED) : Span.plain(Long.toString(number));
    }

    /** What was asked for in vain, reason by reason, in all universes together. */
    private static Page neverMattered(EconomyReport report, CatalogueEntry policy) {
        Page page = new Page();
        for (FlushKind kind : FlushKind.values()) {
            boolean tlb = kind == LOCAL_TLB || kind == REMOTE_TLB;
            String title = "A " + kind.title();
            idle(title + " never changed anything for", report, policy, kind, Sum::changed, page);
            if (tlb) {
                String linear = title + " never changed the linear map for";
                idle(linear, report, policy, kind, Sum::linear, page);
            }
        }
        return page;
    }

    private static void idle(
            String title,
            EconomyReport report,
            CatalogueEntry policy,
            FlushKind kind,
            ToLongFunction<Sum> use,
            Page page) {
        List<String> idle = new ArrayList<>();
        for (FlushReason reason : FlushReason.ALL) {
            Sum sum = report.sum(policy, kind, reason::equals);
            if (sum.flushes() > 0 && use.applyAsLong(sum) == 0) {
                idle.add(words(reason));
            }
        }
        if (!idle.isEmpty()) {
            page.blank().line(title).wrapped("  ", String.join("; ", idle));
        }
    }

    static String words(FlushReason reason) {
        return switch (reason) {
            case FlushReason.Several s -> "several edits";
            case FlushReason.Unknown u -> "what was put off";
            case FlushReason.Edit e ->
                    "L%d %s%s"
                            .formatted(
                                    e.level(),
                                    e.change().title(),
                                    e.hooked() ? "" : " (nothing names the table)");
        };
    }

    /** What can be taken away from one policy, what cannot, and the story why. */
    static Page parts(EconomyReport.Parts parts) {
        Page page = new Page();
        page.blank()
                .line(
                        Tone.TITLE,
                        "What can be taken away from %s, and what cannot"
                                .formatted(parts.policy().name()));
        page.append(WeakerTable.page(parts)).append(stories(parts));
        return page;
    }

    /** Alike stories once, those on machines of Xen's first. */
    private static Page stories(EconomyReport.Parts parts) {
        Map<String, List<String>> told = new LinkedHashMap<>();
        Map<String, List<String>> hypothetical = new LinkedHashMap<>();
        for (EconomyReport.Weaker weaker : parts.weaker()) {
            var story = weaker.story();
            if (story != null) {
                var where = story.universe().machine().isHypothetical() ? hypothetical : told;
                where.computeIfAbsent(words(story), words -> new ArrayList<>()).add(weaker.name());
            }
        }
        Page page = new Page();
        stories("Why not", told, page);
        stories("Why not on hypothetical machines", hypothetical, page);
        parts.weaker().stream()
                .flatMap(weaker -> weaker.necessity().shortest().stream())
                .findFirst()
                .ifPresent(finding -> next(parts, finding.universe(), page));
        return page;
    }

    private static String words(Story story) {
        return "%s, %s after %s: %s"
                .formatted(
                        story.universe().name(),
                        story.property(),
                        Numbers.count(story.events().size(), "step", "steps"),
                        story.wrong());
    }

    private static void stories(String title, Map<String, List<String>> told, Page page) {
        if (told.isEmpty()) {
            return;
        }
        page.blank().line(Tone.TITLE, title);
        told.forEach(
                (words, names) ->
                        page.wrapped("  ", String.join(", ", names)).wrapped("      ", words));
    }

    private static void next(EconomyReport.Parts parts, Universe universe, Page page) {
        String first =
                parts.weaker().stream()
                        .filter(weaker -> weaker.story() != null)
                        .map(EconomyReport.Weaker::name)
                        .findFirst()
                        .orElse("");
        page.line(
                Tone.MUTED,
                "next: shootdown explain %s~%s %s"
                        .formatted(parts.policy().name(), first, universe.name()));
    }
}
