package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport;
import shootdown.report.CheckText;
import shootdown.report.Result;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The verdicts in the docs are those of the checker: the table of the README, the measured part of
 * each policy's page, and the sizes in {@code docs/universes.md}. The whole table is checked once.
 */
class GeneratedDocsTest {
    private static final int THREADS = 2;
    private static final CheckReport TABLE = table();

    private static CheckReport table() {
        List<Cells.Task> tasks = new ArrayList<>();
        for (CatalogueEntry policy : Catalogue.entries()) {
            Universes.byDefault().forEach(u -> tasks.add(new Cells.Task(policy, u)));
        }
        List<Result> results = new ArrayList<>();
        List<@Nullable Cell> cells = check(tasks);
        for (int i = 0; i < tasks.size(); i++) {
            CatalogueEntry policy = tasks.get(i).policy();
            Universe universe = tasks.get(i).universe();
            List<Property> expected =
                    policy.expectedBreaks(universe.name()).stream().map(Lookup::property).toList();
            Set<Property> all = EnumSet.copyOf(Property.byDefault());
            boolean counts = Lookup.counts(universe, List.of());
            results.add(new Result(policy, universe, all, expected, counts, cells.get(i)));
        }
        return new CheckReport(
                "",
                Catalogue.entries(),
                Universes.byDefault(),
                Property.byDefault(),
                results,
                new CheckReport.Limits(0, 0, true, true, true, false),
                false,
                new CheckReport.Measured(0, THREADS));
    }

    private static List<@Nullable Cell> check(List<Cells.Task> tasks) {
        Interruption never = new Interruption();
        Console quiet =
                new Console(
                        java.io.OutputStream.nullOutputStream(),
                        new java.io.PrintStream(java.io.OutputStream.nullOutputStream()),
                        false,
                        false);
        try (Tracker tracker = new Tracker(quiet, tasks.size())) {
            return new Cells(tasks, CheckOptions.reduced(), THREADS, never, tracker).check();
        }
    }

    @Test
    void tableOfTheReadme() throws IOException {
        assertThat(TABLE.isExhaustive()).isTrue();
        String text = CheckText.page(TABLE).text();
        String legendEnd = "!       differs from what is expected\n";
        assertThat(text).contains(legendEnd);
        String shown = text.substring(0, text.indexOf(legendEnd) + legendEnd.length());
        GeneratedPart.check("README.md", "verdicts", "```text\n" + shown + "```\n");
    }

    @Test
    void policyPages() throws IOException {
        for (CatalogueEntry policy : Catalogue.entries()) {
            GeneratedPart.check(
                    "docs/policies/" + policy.name() + ".md", "verdict", verdict(policy));
        }
    }

    private static String verdict(CatalogueEntry policy) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (Result result : TABLE.results()) {
            if (result.policy().equals(policy) && result.outcome() == Outcome.BROKEN) {
                lengths(result)
                        .forEach(
                                (property, steps) ->
                                        rows.computeIfAbsent(
                                                        row(result.universe(), property),
                                                        row -> new ArrayList<>())
                                                .add(variant(result.universe()) + " " + steps));
            }
        }
        StringBuilder text = new StringBuilder();
        text.append("**Measured**, every default universe explored to the end. ");
        text.append("Machines of Xen: %s.%n".formatted(count(policy, false)));
        text.append("Hypothetical ones: %s.".formatted(count(policy, true)));
        if (rows.isEmpty()) {
            return text.append('\n').toString();
        }
        text.append(" Numbers are steps of the shortest story.\n\n");
        text.append("| universes | breaks | variants and steps |\n|---|---|---|\n");
        rows.forEach(
                (row, variants) ->
                        text.append("%s %s |%n".formatted(row, String.join(", ", variants))));
        return text.toString();
    }

    /** Such as {@code broken in 2 of 8}. */
    private static String count(CatalogueEntry policy, boolean hypothetical) {
        List<Result> all =
                TABLE.results().stream()
                        .filter(result -> result.policy().equals(policy))
                        .filter(
                                result ->
                                        result.universe().machine().isHypothetical()
                                                == hypothetical)
                        .toList();
        long broken = all.stream().filter(r -> r.outcome() == Outcome.BROKEN).count();
        return broken == 0
                ? "safe in all " + all.size()
                : "broken in %d of %d".formatted(broken, all.size());
    }

    /** The length of the shortest story of each broken property, in plain steps. */
    private static Map<Property, Integer> lengths(Result result) {
        long broken = 0;
        for (Property property : result.broken()) {
            broken |= 1L << List.of(Property.values()).indexOf(property);
        }
        CheckOptions reduced = CheckOptions.reduced();
        CheckOptions plain =
                reduced.withFusing(false).withSearch(reduced.search().withStopWhenViolated(broken));
        Map<Property, Integer> lengths = new LinkedHashMap<>();
        for (Cell.Verdict verdict :
                Checker.check(result.policy(), result.universe(), plain).verdicts()) {
            if (result.broken().contains(verdict.property())) {
                lengths.put(verdict.property(), verdict.depth());
            }
        }
        return lengths;
    }

    private static String row(Universe universe, Property property) {
        return "| `%s` | %s |".formatted(base(universe), property);
    }

    /** Such as {@code u1-linear-uvm}; a universe with another name is its own. */
    private static String base(Universe universe) {
        String family = universe.name().substring(0, universe.name().indexOf('-') + 1);
        for (Universe candidate : Universes.all()) {
            if (candidate.name().startsWith(family)) {
                return universe.name().startsWith(candidate.name())
                        ? candidate.name()
                        : universe.name();
            }
        }
        throw new IllegalStateException(universe.name());
    }

    private static String variant(Universe universe) {
        String base = base(universe);
        return universe.name().equals(base)
                ? "plain"
                : universe.name().substring(base.length() + 1);
    }

    @Test
    void universesPage() throws IOException {
        StringBuilder text = new StringBuilder();
        Map<String, List<Universe>> families = new LinkedHashMap<>();
        for (Universe universe : Universes.all()) {
            families.computeIfAbsent(base(universe), b -> new ArrayList<>()).add(universe);
        }
        families.forEach((base, universes) -> family(base, universes, text));
        GeneratedPart.check("docs/universes.md", "universes", text.toString());
    }

    private static void family(String base, List<Universe> universes, StringBuilder text) {
        Universe first = universes.getFirst();
        text.append("## %s%n%n".formatted(base));
        text.append("%s.%n%n".formatted(capital(first.title())));
        text.append("* **Aims at** %s.%n".formatted(first.aims()));
        text.append("* **Cannot show** %s.%n%n".formatted(first.cannotShow()));
        text.append("```text\n");
        Drawing.lines(first).forEach(line -> text.append(line).append('\n'));
        text.append("```\n\nWhat guests may do:\n\n```text\n");
        List<String> alphabet = alphabet(first);
        alphabet.forEach(line -> text.append(line).append('\n'));
        text.append("```\n\n");
        text.append("| universe | machine | more in the alphabet | states |\n");
        text.append("|---|---|---|---|\n");
        for (Universe universe : universes) {
            List<String> changes = new ArrayList<>();
            for (String line : alphabet(universe)) {
                if (!alphabet.contains(line)) {
                    changes.add("`" + line.strip() + "`");
                }
            }
            for (String line : alphabet) {
                if (!alphabet(universe).contains(line)) {
                    changes.add("not `" + line.strip() + "`");
                }
            }
            text.append(
                    "| `%s` | %s | %s | %s |%n"
                            .formatted(
                                    universe.name(),
                                    machine(universe),
                                    String.join("; ", changes),
                                    states(universe)));
        }
        text.append('\n');
    }

    private static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    /** As {@code shootdown list universes NAME} tells it. */
    private static String machine(Universe universe) {
        String[] lines = Run.of("list", "universes", universe.name()).out().split("\n");
        StringBuilder machine = new StringBuilder();
        boolean in = false;
        for (String line : lines) {
            boolean named = line.length() > 2 && line.charAt(2) != ' ';
            in = line.startsWith("  machine") || (in && !named && !line.isEmpty());
            if (in) {
                machine.append(machine.isEmpty() ? "" : " ")
                        .append(line.replaceFirst("^  machine", "").strip());
            }
        }
        return machine.toString();
    }

    private static List<String> alphabet(Universe universe) {
        List<String> lines =
                List.of(Run.of("list", "universes", universe.name()).out().split("\n"));
        return lines.subList(lines.indexOf("What guests may do") + 1, lines.size());
    }

    private static String states(Universe universe) {
        for (Result result : TABLE.results()) {
            Cell cell = result.cell();
            if (result.universe().equals(universe)
                    && result.policy().name().equals("final")
                    && cell != null) {
                return String.format(Locale.ROOT, "%,d", cell.states());
            }
        }
        return "only by name";
    }
}
