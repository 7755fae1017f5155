package shootdown.report;

import shootdown.checker.Activity;
import shootdown.checker.Cell;
import shootdown.checker.Cell.Verdict;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Expectation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One policy in several universes, or several policies in one: a line for each, every property. */
final class DetailTable {
    private DetailTable() {}

    static Page page(CheckReport report) {
        boolean onePolicy = report.policies().size() == 1;
        boolean oneUniverse = report.universes().size() == 1;
        Page page = new Page();
        if (onePolicy) {
            about(report.policies().getFirst(), page);
        }
        if (oneUniverse) {
            about(report.universes().getFirst(), page);
        }
        Grid grid = new Grid("llrrr" + "l".repeat(report.properties().size()) + "r");
        List<String> header = new ArrayList<>();
        header.addAll(
                List.of(onePolicy ? "universe" : "policy", "verdict", "states", "steps", "depth"));
        report.properties().forEach(property -> header.add(property.name()));
        header.add("flushes");
        grid.header(header);
        for (Result result : report.results()) {
            String name = onePolicy ? result.universe().name() : Names.of(result.policy());
            grid.row(row(name, result));
        }
        page.blank().append(grid.page()).append(legend());
        reasons(report, page);
        activity(report, page);
        return page;
    }

    private static void about(CatalogueEntry policy, Page page) {
        page.line(Tone.TITLE, Names.of(policy));
        page.wrapped("  ", policy.rule()).wrapped("  ", policy.source());
    }

    private static void about(Universe universe, Page page) {
        page.line(Tone.TITLE, universe.name());
        page.wrapped("  ", universe.title());
        page.wrapped("  aims at ", universe.aims());
        page.wrapped("  cannot show ", universe.cannotShow());
    }

    private static List<Span> row(String name, Result result) {
        List<Span> row = new ArrayList<>();
        row.add(Span.plain(name));
        row.add(Verdicts.of(result));
        Cell cell = result.cell();
        if (cell == null) {
            return row;
        }
        row.add(Span.plain(Numbers.of(cell.states())));
        row.add(Span.plain(Numbers.of(cell.transitions())));
        row.add(Span.plain("" + cell.depth()));
        for (Verdict verdict : result.verdicts()) {
            row.add(Verdicts.of(verdict));
        }
        row.add(Span.plain(Numbers.of(flushes(cell))));
        return row;
    }

    private static long flushes(Cell cell) {
        return cell.activity().getOrDefault(Activity.POLICY_FLUSH_LOCAL, 0L)
                + cell.activity().getOrDefault(Activity.POLICY_FLUSH_REMOTE, 0L);
    }

    private static Page legend() {
        return new Page()
                .blank()
                .line("ok      holds      NO  is broken      -  nothing was at stake")
                .line("(safe)  safe, but no flush of the policy fired, or nothing was at stake")
                .line("*       broken where the machine is not Xen's, which does not count")
                .line("?       a limit was reached")
                .line("!       differs from what is expected");
    }

    /** Why what breaks was expected to. */
    private static void reasons(CheckReport report, Page page) {
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        for (Result result : report.results()) {
            for (Expectation expectation : result.policy().expectations()) {
                Property property = Property.find(expectation.property()).orElse(null);
                if (property != null
                        && result.broken().contains(property)
                        && expectation.appliesTo(result.universe().name())) {
                    String who =
                            report.policies().size() == 1
                                    ? Families.label(Families.family(result.universe()))
                                    : Names.of(result.policy());
                    List<String> told =
                            reasons.computeIfAbsent(
                                    property + ", " + expectation.reason(), r -> new ArrayList<>());
                    if (!told.contains(who)) {
                        told.add(who);
                    }
                }
            }
        }
        if (reasons.isEmpty()) {
            return;
        }
        page.blank().line(Tone.TITLE, "Why");
        reasons.forEach((why, who) -> page.wrapped("  ", String.join(", ", who) + ": " + why));
    }

    private static void activity(CheckReport report, Page page) {
        Map<Activity, Long> sum = new EnumMap<>(Activity.class);
        for (Result result : report.results()) {
            Cell cell = result.cell();
            if (cell != null) {
                cell.activity().forEach((kind, times) -> sum.merge(kind, times, Long::sum));
            }
        }
        List<String> words = new ArrayList<>();
        List<String> never = new ArrayList<>();
        sum.forEach(
                (kind, times) -> {
                    if (times > 0) {
                        words.add(Numbers.of(times) + " " + kind.title());
                    } else {
                        never.add(kind.title());
                    }
                });
        if (!words.isEmpty()) {
            page.blank().wrapped("Exercised: ", String.join(", ", words));
        }
        if (!never.isEmpty()) {
            page.wrapped("Never: ", String.join(", ", never));
        }
    }
}
