package shootdown.pages;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport;
import shootdown.report.CheckText;
import shootdown.report.Families;
import shootdown.report.Names;
import shootdown.report.Numbers;
import shootdown.report.Result;
import shootdown.report.Span;
import shootdown.report.Template;
import shootdown.report.Tone;
import shootdown.report.Verdicts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The verdict table as a page: an overview by policy and family of universes, and below it every
 * cell, which filters narrow and whose stories are links.
 *
 * <p>The page is complete without scripts; {@code index.js} only hides and orders rows. A filter
 * stands in the address behind {@code #}, so a link keeps it.
 */
public final class CheckHtml {
    private static final Template PAGE = new Template(CheckHtml.class, "check.html");

    private final CheckReport report;
    private final StoryLinks links;
    private final Families families;

    private CheckHtml(CheckReport report, StoryLinks links) {
        this.report = report;
        this.links = links;
        this.families = new Families(report.universes());
    }

    /**
     * The page.
     *
     * @param links the stories that were written
     */
    public static String text(CheckReport report, StoryLinks links) {
        return PAGE.page(new CheckHtml(report, links).page());
    }

    private Map<String, Object> page() {
        Map<String, Object> page = Index.values();
        page.put("conclusion", CheckText.conclusion(report));
        page.put("cells", Numbers.count(report.results().size(), "cell", "cells"));
        page.put("sizes", CheckText.sizes(report));
        page.put("search", CheckText.search(report.limits()));
        page.put("differing", differing());
        page.put("interrupted", report.interrupted());
        page.put("untold", untold());
        page.put("families", families.names().stream().map(this::family).toList());
        page.put("columns", families.names().stream().map(this::column).toList());
        page.put("overview", report.policies().stream().map(this::overview).toList());
        page.put("policies", report.policies().stream().map(CheckHtml::policy).toList());
        page.put("universes", report.universes().stream().map(this::universe).toList());
        page.put("properties", report.properties().stream().map(CheckHtml::property).toList());
        page.put("verdicts", verdicts());
        page.put("rows", report.results().stream().map(this::row).toList());
        page.put("version", report.version());
        return page;
    }

    private String differing() {
        if (report.results().stream().allMatch(result -> result.expected() == null)) {
            return "";
        }
        long differing = report.results().stream().filter(Result::differs).count();
        return differing == 0
                ? "All is as expected."
                : Numbers.of(differing) + " differ from what is expected (!).";
    }

    /** What is broken and has no story here, in a sentence, or nothing. */
    private String untold() {
        long untold =
                report.results().stream()
                        .flatMap(result -> result.broken().stream().map(p -> link(result, p)))
                        .filter(link -> link == null)
                        .count();
        return untold == 0 ? "" : Numbers.of(untold);
    }

    private StoryLinks.@Nullable Link link(Result result, Property property) {
        Cell cell = result.cell();
        return cell == null ? null : links.to(cell, property);
    }

    private Map<String, Object> family(String family) {
        List<Map<String, Object>> variants =
                families.universes(family).stream()
                        .map(
                                universe ->
                                        Map.<String, Object>of(
                                                "name", printable(universe),
                                                "variant",
                                                        Names.printable(
                                                                families.variant(universe))))
                        .toList();
        return Map.of(
                "value",
                Names.printable(family) + "-*",
                "label",
                label(family),
                "all",
                Numbers.count(variants.size(), "universe", "universes"),
                "variants",
                variants);
    }

    private String label(String family) {
        String title = families.title(family);
        return Names.printable(Families.label(family) + (title.isEmpty() ? "" : " " + title));
    }

    private Map<String, Object> column(String family) {
        return Map.of(
                "label", Names.printable(Families.label(family)),
                "title", Names.printable(families.title(family)),
                "stake", Verdicts.atStake(in(report.results(), family)));
    }

    private static List<Result> in(List<Result> results, String family) {
        return results.stream()
                .filter(result -> Families.family(result.universe()).equals(family))
                .toList();
    }

    private Map<String, Object> overview(CatalogueEntry policy) {
        List<Result> results = report.of(policy);
        List<Map<String, Object>> cells = new ArrayList<>();
        for (String family : families.names()) {
            Span verdict = Verdicts.of(in(results, family));
            cells.add(
                    Map.of(
                            "verdict", verdict.text(),
                            "tone", tone(verdict.tone()),
                            "filter",
                                    Index.filter(
                                            "policy",
                                            Names.printable(policy.name()),
                                            "universe",
                                            Names.printable(family) + "-*",
                                            "verdict",
                                            "all")));
        }
        return Map.of("policy", name(policy), "cells", cells);
    }

    private static String tone(Tone tone) {
        return tone.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> policy(CatalogueEntry policy) {
        return Map.of(
                "value", Names.printable(policy.name()),
                "name", name(policy),
                "rule", Names.printable(policy.rule()),
                "source", Names.printable(policy.source()));
    }

    private static String name(CatalogueEntry policy) {
        return Names.printable(Names.of(policy));
    }

    private Map<String, Object> universe(Universe universe) {
        return Map.of(
                "name", printable(universe),
                "title", Names.printable(universe.title()),
                "aims", Names.printable(universe.aims()),
                "cannotShow", Names.printable(universe.cannotShow()),
                "cpus", universe.machine().cpus(),
                "frames", universe.machine().frames(),
                "machine", universe.machine().isHypothetical() ? "not Xen's" : "Xen's");
    }

    private static String printable(Universe universe) {
        return Names.printable(universe.name());
    }

    private static Map<String, Object> property(Property property) {
        return Map.of("id", property.name(), "title", property.title(), "says", property.says());
    }

    /** The choices of verdicts that occur. */
    private List<Map<String, Object>> verdicts() {
        Map<String, String> all = new HashMap<>();
        report.results().forEach(result -> all.put(verdict(result), ""));
        List<Map<String, Object>> choices = new ArrayList<>();
        choice("broken", "broken", all, choices);
        choice("safe", "safe", all, choices);
        choice("vacuous", "(safe): says little", all, choices);
        choice("inconclusive", "inconclusive", all, choices);
        choice("not-run", "not run", all, choices);
        return choices;
    }

    private static void choice(
            String value, String label, Map<String, String> all, List<Map<String, Object>> to) {
        if (all.containsKey(value)) {
            to.add(Map.of("value", value, "label", label));
        }
    }

    private static String verdict(Result result) {
        if (!result.ran()) {
            return "not-run";
        }
        return switch (result.outcome()) {
            case BROKEN -> "broken";
            case SAFE -> result.isVacuous() ? "vacuous" : "safe";
            case INCONCLUSIVE -> "inconclusive";
        };
    }

    private Map<String, Object> row(Result result) {
        Span verdict = Verdicts.of(result);
        List<Map<String, Object>> stories =
                result.broken().stream().map(p -> story(result, p)).toList();
        Map<String, Object> row = new HashMap<>();
        row.put("policy", name(result.policy()));
        row.put("policyName", Names.printable(result.policy().name()));
        row.put("universe", printable(result.universe()));
        row.put("hypothetical", result.universe().machine().isHypothetical());
        row.put("outcome", verdict(result));
        row.put("verdict", verdict.text());
        row.put("tone", tone(verdict.tone()));
        row.put("expected", result.differs() ? expected(result) : "");
        row.put("stories", stories);
        row.put("broken", CheckText.ids(result.broken()));
        row.put("steps", steps(result));
        Cell cell = result.cell();
        row.put("states", cell == null ? "" : Numbers.of(cell.states()));
        row.put("transitions", cell == null ? "" : Numbers.of(cell.transitions()));
        row.put("depth", cell == null ? "" : cell.depth());
        return row;
    }

    /** The fewest steps of its stories, or nothing. */
    private String steps(Result result) {
        return result.broken().stream()
                .map(property -> link(result, property))
                .filter(link -> link != null)
                .map(StoryLinks.Link::steps)
                .min(Integer::compare)
                .map(String::valueOf)
                .orElse("");
    }

    private Map<String, Object> story(Result result, Property property) {
        StoryLinks.Link link = link(result, property);
        return link == null
                ? Map.of("id", property.name(), "link", false)
                : Map.of(
                        "id",
                        property.name(),
                        "link",
                        Map.of(
                                "href", link.href(),
                                "steps", Numbers.count(link.steps(), "step", "steps")));
    }

    private static String expected(Result result) {
        List<Property> expected = result.expected();
        return expected == null || expected.isEmpty()
                ? "safe"
                : expected.stream().map(Property::name).collect(Collectors.joining(" "));
    }
}
