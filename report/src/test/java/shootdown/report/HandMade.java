package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Activity;
import shootdown.checker.Cell;
import shootdown.checker.Cell.Verdict;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.End;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport.Limits;
import shootdown.report.CheckReport.Measured;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cells and reports that no search made, so that they do not change with the model. */
final class HandMade {
    private HandMade() {}

    static CatalogueEntry policy(String name) {
        return Catalogue.find(name).orElseThrow();
    }

    static Universe universe(String name) {
        return Universes.find(name).orElseThrow();
    }

    /** A cell with 1,000 states in which these properties break and P9 has nothing at stake. */
    static Cell cell(String policy, String universe, End end, long flushes, Set<Property> broken) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Property property : Property.byDefault()) {
            Outcome outcome =
                    broken.contains(property)
                            ? Outcome.BROKEN
                            : end == End.EXHAUSTED ? Outcome.SAFE : Outcome.INCONCLUSIVE;
            long atStake = property == Property.P9 ? 0 : 10;
            int depth = outcome == Outcome.BROKEN ? 3 : -1;
            verdicts.add(new Verdict(property, outcome, atStake, depth));
        }
        return new Cell(
                policy(policy),
                universe(universe),
                end,
                verdicts,
                1000,
                4000,
                12,
                Map.of(Activity.POLICY_FLUSH_LOCAL, flushes),
                1_000_000,
                2048,
                policy);
    }

    static Result result(
            String policy, String universe, List<Property> expected, @Nullable Cell cell) {
        return new Result(
                policy(policy),
                universe(universe),
                EnumSet.copyOf(Property.byDefault()),
                expected,
                !universe(universe).machine().isHypothetical(),
                cell);
    }

    static CheckReport report(List<String> policies, List<String> universes, List<Result> results) {
        return new CheckReport(
                "1.2.3",
                policies.stream().map(HandMade::policy).toList(),
                universes.stream().map(HandMade::universe).toList(),
                Property.byDefault(),
                results,
                new Limits(0, 0, true, true, true, false),
                results.stream().anyMatch(result -> !result.ran()),
                new Measured(2_000_000_000, 2));
    }
}
