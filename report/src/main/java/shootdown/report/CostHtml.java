package shootdown.report;

import shootdown.policy.CatalogueEntry;
import shootdown.report.CostReport.Row;
import shootdown.workload.cost.Range;
import shootdown.workload.cost.Unit;
import shootdown.workload.cost.UnitCost;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replayed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What policies cost as one page: plots, and for each of them a text and a table that say the same.
 *
 * <p>The page holds all that it needs, its script and its data too; it asks no network. Whatever
 * comes from a recording or a file of the user passes through the template's escaping, or stands in
 * the data, where no {@code <} is.
 */
public final class CostHtml {
    private static final String LIBRARY =
            "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";

    private static final Template PAGE = new Template(CostHtml.class, "cost.html");

    private CostHtml() {}

    public static String text(CostReport report) {
        return PAGE.page(page(report));
    }

    private static Map<String, Object> page(CostReport report) {
        return Map.ofEntries(
                Map.entry("title", "What policies cost in " + recordings(report)),
                Map.entry("whatIf", whatIf(report)),
                Map.entry("interrupted", report.interrupted()),
                Map.entry("lead", lead(report)),
                Map.entry("scope", scope(report)),
                Map.entry("reference", report.reference().name()),
                Map.entry("verdictWords", verdictWords(report)),
                Map.entry("frontText", frontText(report)),
                Map.entry("all", byCost(report).stream().map(p -> all(report, p)).toList()),
                Map.entry("recordings", sections(report)),
                Map.entry("batchesText", batchesText(report)),
                Map.entry("batches", batches(report)),
                Map.entry("machine", report.machine().name() + ", " + report.machine().title()),
                Map.entry(
                        "costs",
                        List.of(Unit.values()).stream().map(u -> cost(report, u)).toList()),
                Map.entry("version", report.version()),
                Map.entry("style", Template.resource(CostHtml.class, "cost.css")),
                Map.entry("script", Template.resource(CostHtml.class, "cost.js")),
                Map.entry("library", Template.resource(CostHtml.class, LIBRARY)),
                Map.entry("data", Template.data(CostJson.forPage(report))));
    }

    private static String recordings(CostReport report) {
        return report.replays().stream().map(CostHtml::name).collect(Collectors.joining(", "));
    }

    private static String name(Replayed replay) {
        return Names.printable(replay.recording().title());
    }

    private static String whatIf(CostReport report) {
        return report.replays().stream().findFirst().map(CostHtml::whatIf).orElse("");
    }

    private static String whatIf(Replayed replay) {
        List<String> whatIf = CostReport.whatIf(replay);
        return whatIf.isEmpty()
                ? ""
                : "a machine with %s; the recordings were made without, and no number here was seen"
                                .formatted(String.join(" and ", whatIf))
                        + " on a real one.";
    }

    private static List<CatalogueEntry> byCost(CostReport report) {
        List<CatalogueEntry> policies = new ArrayList<>(report.policies());
        policies.sort(Comparator.comparingDouble(report::ofReference));
        return policies;
    }

    /** The page in a sentence or two: the cheapest policy that is safe. */
    private static String lead(CostReport report) {
        if (report.check() == null) {
            return "The policies were not checked: a cheap one may be cheap because it is broken.";
        }
        List<CatalogueEntry> safe =
                byCost(report).stream()
                        .filter(policy -> report.verdict(policy).text().startsWith("safe"))
                        .toList();
        if (safe.isEmpty()) {
            return "None of these policies is safe.";
        }
        CatalogueEntry first = safe.getFirst();
        String lead =
                "The cheapest of these policies that is safe on Xen's machines is %s: %s of the cycles of %s."
                        .formatted(
                                Names.of(first),
                                CostText.percent(report.ofReference(first)),
                                report.reference().name());
        return report.asksForMore(first)
                ? lead + " It asks for what Xen does not have. " + without(report, safe)
                : lead;
    }

    private static String without(CostReport report, List<CatalogueEntry> safe) {
        return safe.stream()
                .filter(policy -> !report.asksForMore(policy))
                .findFirst()
                .map(
                        policy ->
                                "The cheapest that does not is %s: %s."
                                        .formatted(
                                                Names.of(policy),
                                                CostText.percent(report.ofReference(policy))))
                .orElse("All of them do.");
    }

    private static String scope(CostReport report) {
        long events = report.replays().stream().mapToLong(r -> r.recording().events()).sum();
        return "%s in %s, replayed under %s; costs of %s, %s."
                .formatted(
                        Numbers.of(events) + " events",
                        Numbers.count(report.replays().size(), "recording", "recordings"),
                        Numbers.count(report.policies().size(), "policy", "policies"),
                        report.machine().name(),
                        report.machine().title());
    }

    private static String verdictWords(CostReport report) {
        CheckReport check = report.check();
        return check == null
                ? "No verdicts were asked for."
                : "Verdicts are those of check in %d universes; safe* is broken on machines that are not Xen's."
                        .formatted(check.universes().size());
    }

    private static String frontText(CostReport report) {
        return "Policies by verdict and cost. "
                + byCost(report).stream()
                        .map(
                                policy ->
                                        "%s: %s, %s"
                                                .formatted(
                                                        Names.of(policy),
                                                        report.verdict(policy).text(),
                                                        CostText.percent(
                                                                report.ofReference(policy))))
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static Map<String, Object> all(CostReport report, CatalogueEntry policy) {
        return Map.of(
                "policy", Names.of(policy),
                "verdict", report.verdict(policy).text(),
                "part", CostText.percent(report.ofReference(policy)),
                "rule", policy.rule(),
                "isReference", policy.equals(report.reference()));
    }

    private static List<Map<String, Object>> sections(CostReport report) {
        List<Map<String, Object>> sections = new ArrayList<>();
        for (Replayed replay : report.replays()) {
            sections.add(section(report, replay, sections.size()));
        }
        return sections;
    }

    private static Map<String, Object> section(CostReport report, Replayed replay, int index) {
        List<Row> rows = report.rows(replay);
        Recording recording = replay.recording();
        return Map.ofEntries(
                Map.entry("name", name(replay)),
                Map.entry("index", index),
                Map.entry("whatIf", whatIf(replay)),
                Map.entry(
                        "about",
                        "%s events on %s, %s invocations of do_mmu_update."
                                .formatted(
                                        Numbers.of(recording.events()),
                                        Numbers.count(recording.cpus(), "CPU", "CPUs"),
                                        Numbers.of(rows.getFirst().tally().invocations()))),
                Map.entry("barsText", barsText(report, replay, rows)),
                Map.entry("rows", rows.stream().map(row -> row(report, row)).toList()),
                Map.entry("timelineText", timelineText(replay, rows)),
                Map.entry("phases", List.copyOf(Split.PHASE.of(rows.getFirst().tally()).keySet())),
                Map.entry("timeline", rows.stream().map(CostHtml::phases).toList()),
                Map.entry("order", CostText.decisions(report, CostText.groups(rows))),
                Map.entry("agreement", CostText.trust(replay)));
    }

    private static String barsText(CostReport report, Replayed replay, List<Row> rows) {
        return "Bars: cycles of each policy in %s. ".formatted(name(replay))
                + rows.stream()
                        .map(
                                row ->
                                        "%s %s (%s of %s)"
                                                .formatted(
                                                        Names.of(row.policy()),
                                                        Numbers.rough(
                                                                row.estimate().total().typical()),
                                                        CostText.percent(row.ofReference()),
                                                        report.reference().name()))
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static Map<String, Object> row(CostReport report, Row row) {
        Range total = row.estimate().total();
        return Map.ofEntries(
                Map.entry("verdict", report.verdict(row.policy()).text()),
                Map.entry("policy", Names.of(row.policy())),
                Map.entry("isReference", row.policy().equals(report.reference())),
                Map.entry("calls", Numbers.of(row.tally().policy().asked())),
                Map.entry(
                        "flushes",
                        Numbers.of(row.work().fullFlushes() + row.work().partialFlushes())),
                Map.entry("ipis", Numbers.of(row.work().targets())),
                Map.entry("copies", Numbers.of(row.work().rootCopies())),
                Map.entry(
                        "lost",
                        CostText.span(
                                (double) row.work().lostUsed(), (double) row.work().lostMost())),
                Map.entry("cycles", Numbers.rough(total.typical())),
                Map.entry("range", CostText.span(total.low(), total.high())),
                Map.entry("part", CostText.percent(row.ofReference())),
                Map.entry("share", CostText.percent(row.share())));
    }

    private static String timelineText(Replayed replay, List<Row> rows) {
        return "Lines: calls that flush over %s, by policy and eighth of the recording. "
                        .formatted(name(replay))
                + rows.stream()
                        .filter(row -> row.tally().policy().asked() > 0)
                        .map(
                                row ->
                                        Names.of(row.policy())
                                                + " "
                                                + Split.PHASE.of(row.tally()).values())
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static Map<String, Object> phases(Row row) {
        return Map.of(
                "policy", Names.of(row.policy()),
                "counts", Split.PHASE.of(row.tally()).values().stream().map(Numbers::of).toList());
    }

    private static String batchesText(CostReport report) {
        return "Bars: how many calls of mmu_update have so many requests. "
                + report.replays().stream()
                        .map(CostHtml::batchesText)
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static String batchesText(Replayed replay) {
        var batches = replay.recording().batches();
        long calls = batches.values().stream().mapToLong(Long::longValue).sum();
        double ones = batches.getOrDefault(1, 0L);
        return "%s: %s calls, %s of them with one request, the largest with %d"
                .formatted(
                        name(replay),
                        Numbers.of(calls),
                        CostText.percent(calls == 0 ? Double.NaN : ones / calls),
                        batches.isEmpty() ? 0 : batches.lastKey());
    }

    private static List<Map<String, Object>> batches(CostReport report) {
        List<Map<String, Object>> batches = new ArrayList<>();
        for (Replayed replay : report.replays()) {
            replay.recording()
                    .batches()
                    .forEach(
                            (requests, calls) ->
                                    batches.add(
                                            Map.of(
                                                    "recording", name(replay),
                                                    "requests", Numbers.of(requests),
                                                    "calls", Numbers.of(calls))));
        }
        return batches;
    }

    private static Map<String, Object> cost(CostReport report, Unit unit) {
        UnitCost cost = report.machine().cost(unit);
        return Map.of(
                "unit", unit.key() + ": " + unit.text(),
                "low", Numbers.rough(cost.range().low()),
                "typical", Numbers.rough(cost.range().typical()),
                "high", Numbers.rough(cost.range().high()),
                "measure", unit.measure(),
                "basis", cost.basis().text(),
                "source", cost.source());
    }
}
