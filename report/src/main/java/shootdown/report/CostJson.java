package shootdown.report;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CostReport.Row;
import shootdown.workload.cost.Comparison;
import shootdown.workload.cost.Comparison.Turn;
import shootdown.workload.cost.Estimate;
import shootdown.workload.cost.MachineCosts;
import shootdown.workload.cost.Range;
import shootdown.workload.cost.Unit;
import shootdown.workload.cost.UnitCost;
import shootdown.workload.replay.Agreement;
import shootdown.workload.replay.Agreement.Point;
import shootdown.workload.replay.Flushes;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replayed;
import shootdown.workload.replay.Tally;
import shootdown.workload.replay.Transition;
import shootdown.workload.trace.Skipped;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What policies cost as JSON, described in {@code docs/json.md}. */
public final class CostJson {
    public static final String SCHEMA = "shootdown/cost/1";

    private CostJson() {}

    public static String text(CostReport report) {
        return Json.document(SCHEMA, json -> document(json, report, true));
    }

    /** On one line, without what no picture shows. */
    static String forPage(CostReport report) {
        return Json.compact(SCHEMA, json -> document(json, report, false));
    }

    private static void document(Json json, CostReport report, boolean splits) {
        json.field("version", report.version());
        json.field("reference", report.reference().name());
        json.object("machine", machine -> machine(machine, report.machine()));
        json.array("policies", report.policies(), (j, p) -> policy(j, p, report));
        json.array("recordings", report.replays(), (j, r) -> recording(j, r, report, splits));
        json.array("all", report.policies(), (j, p) -> all(j, p, report));
        json.field("interrupted", report.interrupted());
        json.object("measured", measured -> measured(measured, report));
    }

    private static void machine(Json json, MachineCosts machine) {
        json.field("name", machine.name());
        json.field("title", machine.title());
        json.array("costs", List.of(Unit.values()), (j, unit) -> unit(j, unit, machine.cost(unit)));
    }

    private static void unit(Json json, Unit unit, UnitCost cost) {
        json.field("unit", unit.key());
        json.field("measure", unit.measure());
        range(json, cost.range());
        json.field("basis", cost.basis().text());
        json.field("source", cost.source());
    }

    private static void range(Json json, Range range) {
        json.field("low", range.low());
        json.field("typical", range.typical());
        json.field("high", range.high());
    }

    private static void policy(Json json, CatalogueEntry policy, CostReport report) {
        CheckJson.policy(json, policy);
        CheckReport check = report.check();
        if (check == null) {
            json.nothing("verdict");
        } else {
            json.field("verdict", report.verdict(policy).text());
        }
    }

    private static void recording(Json json, Replayed replay, CostReport report, boolean splits) {
        Recording recording = replay.recording();
        json.field("name", recording.name());
        json.field("file", String.valueOf(recording.file().getFileName()));
        json.field("events", recording.events());
        json.field("form", CheckJson.word(recording.form()));
        json.field("cpus", recording.cpus());
        json.words(
                "whatIf",
                CostReport.whatIf(replay).stream().map(w -> w.toLowerCase(Locale.ROOT)).toList());
        json.field("tlbEntries", replay.options().tlbEntries());
        List<Row> rows = report.rows(replay);
        json.array("rows", rows, (j, row) -> row(j, row, splits));
        json.array("order", pairs(rows), (j, pair) -> pair(j, pair, report));
        json.array(
                "batches",
                recording.batches().entrySet(),
                (j, batch) -> {
                    j.field("requests", batch.getKey());
                    j.field("calls", batch.getValue());
                });
        if (replay.options().isWhatIf()) {
            json.nothing("agreement");
        } else {
            List<Point> points =
                    Stream.of(Point.values()).filter(replay.agreement()::isCompared).toList();
            json.array("agreement", points, (j, p) -> point(j, p, replay));
        }
        json.array(
                "unread",
                replay.unread().counts().entrySet(),
                (j, reason) -> {
                    j.field("reason", CheckJson.word(reason.getKey()));
                    j.field("count", reason.getValue());
                });
        json.array("skipped", recording.skipped().byReason().entrySet(), CostJson::skipped);
    }

    private static void skipped(Json json, Map.Entry<String, Skipped.Lines> lines) {
        json.field("reason", lines.getKey());
        json.field("lines", lines.getValue().count());
        json.field("first", lines.getValue().first().says());
    }

    private static void row(Json json, Row row, boolean splits) {
        Tally tally = row.tally();
        json.field("policy", row.policy().name());
        json.field("invocations", tally.invocations());
        json.object("flushes", inner -> flushes(inner, tally.policy()));
        json.field("full", row.work().fullFlushes());
        json.field("partial", row.work().partialFlushes());
        json.field("rootRequests", tally.rootRequests());
        json.field("rootCopies", row.work().rootCopies());
        json.field("lostUsed", row.work().lostUsed());
        json.field("lostMost", row.work().lostMost());
        json.object("cycles", inner -> range(inner, row.estimate().total()));
        json.array("parts", List.of(Estimate.Part.values()), (j, part) -> part(j, part, row));
        json.field("ofReference", row.ofReference());
        json.field("allFlushes", row.flushes());
        json.field("share", row.share());
        if (splits) {
            splits(json, tally);
        }
        json.object(
                "phases",
                phases -> {
                    phases.numbers("asked", slices().map(i -> tally.slice(i).asked()));
                    phases.numbers("targets", slices().map(i -> tally.slice(i).targets()));
                });
    }

    private static void splits(Json json, Tally tally) {
        json.array("sources", List.of(FlushSource.values()), (j, s) -> source(j, s, tally));
        json.array("levels", levels(), (j, level) -> level(j, level, tally));
        json.array("transitions", List.of(Transition.values()), (j, t) -> transition(j, t, tally));
    }

    private static List<Integer> levels() {
        return List.of(1, 2, 3, 4);
    }

    private static Stream<Integer> slices() {
        return IntStream.range(0, Tally.SLICES).boxed();
    }

    private static void part(Json json, Estimate.Part part, Row row) {
        json.field("part", CheckJson.word(part));
        range(json, row.estimate().part(part));
    }

    private static void source(Json json, FlushSource source, Tally tally) {
        json.field("source", CheckJson.word(source));
        flushes(json, tally.of(source));
    }

    private static void level(Json json, int level, Tally tally) {
        json.field("level", level);
        flushes(json, tally.level(level));
    }

    private static void transition(Json json, Transition transition, Tally tally) {
        json.field("transition", CheckJson.word(transition));
        flushes(json, tally.transition(transition));
    }

    private static void flushes(Json json, Flushes flushes) {
        json.field("asked", flushes.asked());
        json.field("local", flushes.local());
        json.field("requests", flushes.requests());
        json.field("targets", flushes.targets());
    }

    /** A policy and the next dearer one. */
    private record Pair(Row cheaper, Row dearer) {}

    private static List<Pair> pairs(List<Row> rows) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < rows.size(); i++) {
            pairs.add(new Pair(rows.get(i), rows.get(i + 1)));
        }
        return pairs;
    }

    private static void pair(Json json, Pair pair, CostReport report) {
        Comparison comparison =
                Comparison.of(pair.cheaper.work(), pair.dearer.work(), report.machine());
        json.field("cheaper", pair.cheaper.policy().name());
        json.field("dearer", pair.dearer.policy().name());
        json.field("same", comparison.same());
        json.field("always", comparison.always());
        json.array("turns", comparison.turns(), CostJson::turn);
    }

    private static void turn(Json json, Turn turn) {
        json.field("unit", turn.unit().key());
        json.field("value", turn.value());
        json.field("less", turn.less());
    }

    private static void point(Json json, Point point, Replayed replay) {
        Agreement.Count count = replay.agreement().at(point);
        json.field("point", CheckJson.word(point));
        json.field("agreed", count.agreed());
        json.field("differed", count.differed());
    }

    private static void all(Json json, CatalogueEntry policy, CostReport report) {
        json.field("policy", policy.name());
        json.field("ofReference", report.ofReference(policy));
    }

    private static void measured(Json json, CostReport report) {
        json.field("threads", report.measured().threads());
        json.field("nanos", sum(report));
        json.array(
                "recordings",
                slots(report),
                (j, i) -> {
                    j.field("name", report.replays().get(i).recording().name());
                    j.field("nanos", report.measured().nanos().get(i));
                });
    }

    private static List<Integer> slots(CostReport report) {
        return IntStream.range(0, report.replays().size()).boxed().toList();
    }

    private static long sum(CostReport report) {
        return report.measured().nanos().stream().mapToLong(Long::longValue).sum();
    }
}
