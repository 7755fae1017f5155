package shootdown.report;

import shootdown.checker.Activity;
import shootdown.checker.Cell;
import shootdown.checker.Property;
import shootdown.policy.CatalogueEntry;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A check as JSON, described in {@code docs/json.md}. All that is measured is in one object. */
public final class CheckJson {
    public static final String SCHEMA = "shootdown/check/1";

    private CheckJson() {}

    public static String text(CheckReport report) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("version", report.version());
                    json.object("search", search -> limits(search, report.limits()));
                    json.words("properties", names(report.properties()));
                    json.array("policies", report.policies(), CheckJson::policy);
                    json.array("universes", report.universes(), ListJson::universe);
                    json.array("cells", report.results(), CheckJson::cell);
                    json.object("summary", summary -> summary(summary, report));
                    json.object("measured", measured -> measured(measured, report));
                });
    }

    static List<String> names(Collection<Property> properties) {
        return properties.stream().map(Property::name).toList();
    }

    /** Such as {@code state-limit}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static void limits(Json json, CheckReport.Limits limits) {
        limit(json, "maxStates", limits.maxStates());
        limit(json, "memoryBytes", limits.memoryBytes());
        json.field("covering", limits.covering());
        json.field("symmetry", limits.symmetry());
        json.field("fusing", limits.fusing());
        json.field("explicit", limits.explicit());
    }

    private static void limit(Json json, String name, long value) {
        if (value > 0) {
            json.field(name, value);
        } else {
            json.nothing(name);
        }
    }

    static void policy(Json json, CatalogueEntry policy) {
        json.field("name", policy.name());
        json.words("aliases", policy.aliases());
        json.field("rule", policy.rule());
        json.field("source", policy.source());
        json.field("ideal", Names.isIdeal(policy));
    }

    private static void cell(Json json, Result result) {
        json.field("policy", result.policy().name());
        json.field("universe", result.universe().name());
        json.field("outcome", result.ran() ? word(result.outcome()) : "not-run");
        json.words("broken", names(result.broken()));
        List<Property> expected = result.expected();
        if (expected == null) {
            json.nothing("expected");
        } else {
            json.words("expected", names(expected));
        }
        json.field("differs", result.differs());
        json.field("counts", result.counts());
        json.field("vacuous", result.isVacuous());
        json.field("neverFlushed", result.neverFlushed());
        Cell cell = result.cell();
        if (cell == null) {
            return;
        }
        json.field("end", word(cell.end()));
        json.field("states", cell.states());
        json.field("transitions", cell.transitions());
        json.field("depth", cell.depth());
        json.array("verdicts", result.verdicts(), CheckJson::verdict);
        json.object(
                "activity",
                activity -> {
                    for (Activity kind : Activity.values()) {
                        activity.field(word(kind), cell.activity().getOrDefault(kind, 0L));
                    }
                });
    }

    private static void verdict(Json json, Cell.Verdict verdict) {
        json.field("property", verdict.property().name());
        json.field("outcome", word(verdict.outcome()));
        json.field("atStake", verdict.atStake());
        json.field("vacuous", verdict.isVacuous());
        if (verdict.depth() >= 0) {
            json.field("depth", verdict.depth());
        }
    }

    private static void summary(Json json, CheckReport report) {
        json.field("outcome", word(report.outcome()));
        json.field("exhaustive", report.isExhaustive());
        json.field("differs", report.differs());
        json.field("interrupted", report.interrupted());
        json.field("states", report.states());
        json.field("transitions", report.transitions());
        json.field("depth", report.depth());
    }

    private static void measured(Json json, CheckReport report) {
        json.field("nanos", report.measured().nanos());
        json.field("threads", report.measured().threads());
        json.field("statesPerSecond", Math.round(report.statesPerSecond()));
        json.field("largestStoreBytes", report.storeBytes());
        json.field("searches", report.searches());
        List<Integer> ran =
                IntStream.range(0, report.results().size())
                        .filter(i -> report.results().get(i).ran())
                        .boxed()
                        .toList();
        json.array("cells", ran, (cell, i) -> measured(cell, i, report.results().get(i)));
    }

    private static void measured(Json json, int index, Result result) {
        Cell cell = result.cell();
        if (cell != null) {
            json.field("cell", index);
            json.field("nanos", cell.nanos());
            json.field("storeBytes", cell.storeBytes());
            json.field("searched", cell.searched());
        }
    }
}
