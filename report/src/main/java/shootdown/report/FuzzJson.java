package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.fuzz.Finding;
import shootdown.fuzz.Hit;
import shootdown.fuzz.Stop;
import shootdown.fuzz.Target;

import java.util.Locale;

/** What random walks came to, as JSON, described in {@code docs/json.md}. */
public final class FuzzJson {
    public static final String SCHEMA = "shootdown/fuzz/1";

    private FuzzJson() {}

    public static String text(FuzzReport report) {
        return Json.document(SCHEMA, json -> fields(json, report));
    }

    private static void fields(Json json, FuzzReport report) {
        json.field("seed", report.seed());
        json.field("end", report.end().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.field("rounds", report.done().to());
        json.field("walks", report.done().walks());
        json.field("steps", report.done().steps());
        json.field("seconds", report.nanos() / 1e9);
        json.array("targets", report.targets(), (inner, target) -> target(inner, report, target));
        json.array("unattributed", report.unattributed(), FuzzJson::unattributed);
        json.array("stops", report.done().stops(), FuzzJson::stop);
    }

    private static void target(Json json, FuzzReport report, Target target) {
        json.field("name", target.name());
        json.field("policy", target.policy().name());
        json.words("defects", target.defects().stream().map(Enum::name).sorted().toList());
        json.field("outcome", CheckJson.word(report.outcome(target)));
        @Nullable Hit hit = report.hit(target);
        if (hit == null) {
            json.nothing("hit");
        } else {
            json.object("hit", inner -> hit(inner, report, hit));
        }
    }

    private static void hit(Json json, FuzzReport report, Hit hit) {
        json.field("property", hit.property().name());
        json.field("round", hit.round());
        json.field("hypothetical", hit.hypothetical());
        json.field("walked", hit.steps().size());
        @Nullable Long nanos = report.foundAfter().get(hit);
        json.field("afterSeconds", nanos == null ? Double.NaN : nanos / 1e9);
        @Nullable Finding finding = report.finding(hit);
        if (finding == null) {
            json.nothing("states").nothing("control").nothing("story");
            return;
        }
        @Nullable Cell cell = finding.cell();
        if (cell == null) {
            json.nothing("states");
        } else {
            json.field("states", cell.states());
        }
        if (finding.control() == null) {
            json.nothing("control");
        } else {
            json.field("control", finding.control().name());
        }
        json.object("story", inner -> StoryJson.story(inner, finding.story()));
    }

    private static void stop(Json json, Stop stop) {
        json.field("target", stop.target());
        json.field("round", stop.round());
        json.field("reason", stop.reason());
    }

    private static void unattributed(Json json, Hit hit) {
        json.field("target", hit.target());
        json.field("property", hit.property().name());
        json.field("round", hit.round());
        json.field("hypothetical", hit.hypothetical());
    }
}
