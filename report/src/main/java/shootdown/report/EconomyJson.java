package shootdown.report;

import shootdown.checker.Economy;
import shootdown.checker.FlushReason;
import shootdown.checker.Necessity;
import shootdown.policy.CatalogueEntry;

import java.util.List;

/** The economy of policies as JSON, described in {@code docs/json.md}. */
public final class EconomyJson {
    public static final String SCHEMA = "shootdown/economy/1";

    private EconomyJson() {}

    public static String text(EconomyReport report) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("version", report.version());
                    json.array("policies", report.policies(), CheckJson::policy);
                    json.array("universes", report.universes(), ListJson::universe);
                    json.array("economies", report.economies(), EconomyJson::economy);
                    json.words("broken", names(report.broken()));
                    json.array("parts", report.parts(), EconomyJson::parts);
                    json.field("exhaustive", report.isExhaustive());
                    json.field("interrupted", report.interrupted());
                    json.object(
                            "measured",
                            measured -> {
                                measured.field("nanos", report.nanos());
                                measured.field("threads", report.threads());
                            });
                });
    }

    private static List<String> names(List<CatalogueEntry> policies) {
        return policies.stream().map(CatalogueEntry::name).toList();
    }

    private static void economy(Json json, Economy economy) {
        json.field("policy", economy.policy().name());
        json.field("universe", economy.universe().name());
        json.field("end", CheckJson.word(economy.end()));
        json.field("states", economy.states());
        json.array("flushes", economy.entries(), EconomyJson::entry);
    }

    private static void entry(Json json, Economy.Entry entry) {
        json.field("kind", CheckJson.word(entry.kind()));
        switch (entry.reason()) {
            case FlushReason.Edit e -> {
                json.field("reason", "edit");
                json.field("level", e.level());
                json.field("change", CheckJson.word(e.change()));
                json.field("hooked", e.hooked());
            }
            case FlushReason.Several s -> json.field("reason", "several");
            case FlushReason.Unknown u -> json.field("reason", "unknown");
        }
        json.field("flushes", entry.flushes());
        json.field("changed", entry.changed());
        json.field("linear", entry.linear());
    }

    private static void parts(Json json, EconomyReport.Parts parts) {
        json.field("policy", parts.policy().name());
        json.array("without", parts.weaker(), EconomyJson::weaker);
        EconomyReport.Weaker together = parts.together();
        if (together == null) {
            json.nothing("together");
        } else {
            json.object("together", inner -> weaker(inner, together));
        }
    }

    private static void weaker(Json json, EconomyReport.Weaker weaker) {
        Necessity necessity = weaker.necessity();
        json.field("policy", necessity.policy().name());
        json.field("rule", necessity.policy().rule());
        json.field("ideal", necessity.policy().ideal());
        json.field("effect", CheckJson.word(necessity.effect()));
        json.array("universes", necessity.findings(), EconomyJson::finding);
        var story = weaker.story();
        if (story == null) {
            json.nothing("story");
            return;
        }
        json.object(
                "story",
                inner -> {
                    inner.field("universe", story.universe().name());
                    inner.field("property", story.property().name());
                    inner.field("steps", story.events().size());
                    inner.field("wrong", story.wrong());
                });
    }

    private static void finding(Json json, Necessity.Finding finding) {
        json.field("universe", finding.universe().name());
        json.field("effect", CheckJson.word(finding.effect()));
        var property = finding.property();
        if (property == null) {
            json.nothing("property");
        } else {
            json.field("property", property.name());
        }
        json.field("end", CheckJson.word(finding.end()));
        json.field("states", finding.states());
    }
}
