package shootdown.report;

import shootdown.conformance.Campaign;

import java.util.List;
import java.util.Map;

/** Campaigns of random programs as JSON, described in {@code docs/json.md}. */
public final class ConformJson {
    public static final String SCHEMA = "shootdown/conform/1";

    private ConformJson() {}

    public static String text(ConformReport report) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("outcome", report.outcome().name());
                    json.field("complete", report.end() == ConformReport.End.COMPLETE);
                    json.field("seed", report.seed());
                    json.field("programs", report.programs());
                    json.field("steps", report.steps());
                    json.field("differing", report.differing());
                    json.field("suspected", report.suspected());
                    json.field("untried", report.untried());
                    json.field("notSeenAgain", report.notSeenAgain());
                    json.array("campaigns", report.parts(), ConformJson::part);
                    json.array(
                            "coverage",
                            List.copyOf(report.coverage().counts().entrySet()),
                            ConformJson::row);
                    json.words("neverSeen", report.coverage().missing());
                    json.object(
                            "measured",
                            measured ->
                                    measured.field(
                                            "milliseconds", Math.round(report.seconds() * 1000)));
                });
    }

    private static void part(Json json, ConformReport.Part part) {
        Campaign.Report report = part.report();
        json.field("name", part.name());
        json.field("programs", report.programs());
        json.field("steps", report.steps());
        json.field("differing", report.differing());
        json.field("suspected", report.suspects().size());
        json.field("untried", report.untried());
        json.field("openSteps", report.openSteps());
        json.field("otherChoices", report.otherChoices());
        json.field("restores", report.restores());
        json.array("findings", report.findings(), ConformJson::finding);
        json.array("suspects", report.suspects(), ConformJson::seen);
        json.array("notSeenAgain", report.once(), ConformJson::seen);
    }

    private static void finding(Json json, Campaign.Finding finding) {
        json.field("program", finding.number());
        json.field("difference", finding.what());
        json.field("seenAgain", finding.again());
        json.field("scenario", finding.scenario());
    }

    private static void seen(Json json, Campaign.Seen seen) {
        json.field("program", seen.number());
        json.field("difference", seen.what());
        json.field("suspected", seen.suspected());
    }

    private static void row(Json json, Map.Entry<String, Map<String, Long>> row) {
        json.field("operation", row.getKey());
        json.object("ends", ends -> row.getValue().forEach(ends::field));
    }
}
