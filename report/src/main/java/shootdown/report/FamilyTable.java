package shootdown.report;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One row a policy, one column a family of universes; below it, in which variants what breaks. */
final class FamilyTable {
    private final CheckReport report;
    private final Families families;

    private FamilyTable(CheckReport report) {
        this.report = report;
        this.families = new Families(report.universes());
    }

    static Page page(CheckReport report) {
        FamilyTable table = new FamilyTable(report);
        return table.grid().append(legend()).append(table.variants());
    }

    private Page grid() {
        Grid grid = new Grid("l".repeat(1 + families.names().size()));
        List<String> labels = new ArrayList<>(List.of(""));
        List<String> titles = new ArrayList<>(List.of("policy"));
        List<String> stakes = new ArrayList<>(List.of("at stake: P"));
        for (String family : families.names()) {
            labels.add(Families.label(family));
            titles.add(families.title(family));
            stakes.add(Verdicts.atStake(in(report.results(), family)));
        }
        grid.header(labels).header(titles).header(stakes);
        for (CatalogueEntry policy : report.policies()) {
            List<Span> row = new ArrayList<>();
            row.add(Span.plain(Names.of(policy)));
            List<Result> results = report.of(policy);
            for (String family : families.names()) {
                row.add(Verdicts.of(in(results, family)));
            }
            grid.row(row);
        }
        return grid.page();
    }

    private static List<Result> in(List<Result> results, String family) {
        return results.stream()
                .filter(result -> Families.family(result.universe()).equals(family))
                .toList();
    }

    private static Page legend() {
        return new Page()
                .blank()
                .line("P1 2    P1 and P2 are broken in some variant of the family")
                .line("safe    all variants were explored to the end, and nothing breaks")
                .line("(safe)  safe, but no flush of the policy fired, or nothing was at stake")
                .line("*       more breaks where the machine is not Xen's; see the variants below")
                .line("?       a limit was reached")
                .line("!       differs from what is expected");
    }

    /** For each family and property, which policies break it in which variants. */
    private Page variants() {
        Page page = new Page();
        for (String family : families.names()) {
            Map<String, Set<String>> rows = new LinkedHashMap<>();
            boolean onXen = false;
            for (Property property : report.properties()) {
                for (CatalogueEntry policy : report.policies()) {
                    Set<Universe> broken = new LinkedHashSet<>();
                    for (Result result : in(report.of(policy), family)) {
                        if (result.broken().contains(property)) {
                            broken.add(result.universe());
                            onXen |= !result.universe().machine().isHypothetical();
                        }
                    }
                    if (!broken.isEmpty()) {
                        String where = property + " in " + families.variants(family, broken);
                        rows.computeIfAbsent(where, w -> new LinkedHashSet<>())
                                .add(Names.of(policy));
                    }
                }
            }
            if (!rows.isEmpty()) {
                heading(family, onXen, page);
                rows.forEach((where, policies) -> row(where, policies, page));
            }
        }
        return page;
    }

    private void heading(String family, boolean onXen, Page page) {
        int variants = families.universes(family).size();
        page.blank()
                .line(
                        Tone.TITLE,
                        "%s %s is broken%s%s"
                                .formatted(
                                        Families.label(family),
                                        families.title(family),
                                        onXen ? "" : " on machines that are not Xen's",
                                        variants == 1 ? "" : " (" + variants + " variants)"));
    }

    private static void row(String where, Set<String> policies, Page page) {
        String who = String.join(", ", policies);
        if (where.length() <= 36) {
            page.wrapped(Span.plain("  %-36s  ".formatted(where)), who, 40);
        } else {
            page.wrapped("  ", where).wrapped(" ".repeat(40), who);
        }
    }
}
