package shootdown.report;

import shootdown.checker.Cell.Verdict;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a check did not exercise, so that nothing passes in silence. */
final class Vacuous {
    private Vacuous() {}

    static Page page(CheckReport report) {
        Families families = new Families(report.universes());
        Map<String, List<String>> silent = new LinkedHashMap<>();
        for (CatalogueEntry policy : report.policies()) {
            Set<Universe> universes = new LinkedHashSet<>();
            for (Result result : report.of(policy)) {
                if (result.neverFlushed()) {
                    universes.add(result.universe());
                }
            }
            add(silent, families.list(universes), Names.of(policy), universes);
        }
        Map<String, List<String>> idle = new LinkedHashMap<>();
        for (Property property : report.properties()) {
            Set<Universe> universes = new LinkedHashSet<>(report.universes());
            for (Result result : report.results()) {
                if (!result.ran() || judged(result, property)) {
                    universes.remove(result.universe());
                }
            }
            add(idle, families.list(universes), property.name(), universes);
        }
        Page page = new Page();
        tell("No flush of the policy fired", silent, page);
        tell("Nothing was at stake under any policy", idle, page);
        tell("Nothing was at stake under some policies", partly(report, families), page);
        return page;
    }

    /** Property by policy: where others had something at stake, but this one did not. */
    private static Map<String, List<String>> partly(CheckReport report, Families families) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (Property property : report.properties()) {
            Set<Universe> stake =
                    report.results().stream()
                            .filter(result -> judged(result, property))
                            .map(Result::universe)
                            .collect(Collectors.toSet());
            for (CatalogueEntry policy : report.policies()) {
                Set<Universe> idle = new LinkedHashSet<>();
                for (Result result : report.of(policy)) {
                    if (result.ran()
                            && stake.contains(result.universe())
                            && !judged(result, property)) {
                        idle.add(result.universe());
                    }
                }
                String where = property + " in " + families.list(idle);
                add(found, where, Names.of(policy), idle);
            }
        }
        return found;
    }

    private static boolean judged(Result result, Property property) {
        for (Verdict verdict : result.verdicts()) {
            if (verdict.property() == property) {
                return !verdict.isVacuous();
            }
        }
        return false;
    }

    private static void add(
            Map<String, List<String>> rows, String where, String what, Set<Universe> universes) {
        if (!universes.isEmpty()) {
            rows.merge(
                    where,
                    List.of(what),
                    (old, more) -> Stream.concat(old.stream(), more.stream()).toList());
        }
    }

    private static void tell(String title, Map<String, List<String>> rows, Page page) {
        if (rows.isEmpty()) {
            return;
        }
        page.blank().line(Tone.TITLE, title);
        rows.forEach((where, who) -> row("  " + String.join(", ", who) + ": ", where, page));
    }

    /** Many names have lines of their own. */
    private static void row(String who, String where, Page page) {
        if (who.length() <= Page.WIDTH / 2) {
            page.wrapped(who, where);
        } else {
            page.wrapped("  ", who.strip());
            page.wrapped("      ", where);
        }
    }
}
