package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.report.HandMade.cell;
import static shootdown.report.HandMade.report;
import static shootdown.report.HandMade.result;

import org.junit.jupiter.api.Test;

import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.End;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

class CheckTextTest {
    private static final List<Property> NONE = List.of();
    private static final List<Property> P3 = List.of(Property.P3);
    private static final String SPARES = "u1-linear-uvm-g-spares";
    private static final String BOOT = "u2-xpti-boot";

    private static final List<String> POLICIES = List.of("none", "v1", "final");
    private static final List<String> UNIVERSES = List.of("u1-linear-uvm", SPARES, BOOT);

    /** One cell of each kind. */
    private static CheckReport mixed() {
        List<Result> results = new ArrayList<>();
        add(results, "none", 0, End.EXHAUSTED, 0, EnumSet.of(Property.P3), P3);
        add(results, "none", 1, End.STATE_LIMIT, 0, EnumSet.of(Property.P1, Property.P3), P3);
        results.add(result("none", BOOT, NONE, null));
        add(results, "v1", 0, End.EXHAUSTED, 5, Set.of(), NONE);
        add(results, "v1", 1, End.EXHAUSTED, 5, Set.of(), P3);
        add(results, "v1", 2, End.EXHAUSTED, 0, Set.of(), NONE);
        add(results, "final", 0, End.EXHAUSTED, 5, Set.of(), NONE);
        add(results, "final", 1, End.EXHAUSTED, 5, EnumSet.of(Property.P3), P3);
        add(results, "final", 2, End.MEMORY_LIMIT, 5, Set.of(), NONE);
        return report(POLICIES, UNIVERSES, results);
    }

    private static void add(
            List<Result> results,
            String policy,
            int universe,
            End end,
            long flushes,
            Set<Property> broken,
            List<Property> expected) {
        String name = UNIVERSES.get(universe);
        results.add(result(policy, name, expected, cell(policy, name, end, flushes, broken)));
    }

    private static Result partial(String policy, Set<Property> broken, List<Property> expected) {
        return result(policy, BOOT, expected, cell(policy, BOOT, End.STATE_LIMIT, 1, broken));
    }

    @Test
    void everyMarkOfTheTable() throws IOException {
        Golden.check("families.txt", CheckText.page(mixed()));
    }

    @Test
    void onePolicyLineByLine() throws IOException {
        List<Result> ofNone = mixed().results().subList(0, UNIVERSES.size());
        Golden.check("one-policy.txt", CheckText.page(report(List.of("none"), UNIVERSES, ofNone)));
    }

    @Test
    void tableThatIsTooWideGoesOnBelow() {
        List<String> universes = Universes.byDefault().stream().map(Universe::name).toList();
        List<String> policies = List.of("v1-root-not-local", "none");
        Set<Property> all = EnumSet.copyOf(Property.byDefault());
        List<Result> results = new ArrayList<>();
        for (String policy : policies) {
            for (String name : universes) {
                results.add(result(policy, name, NONE, cell(policy, name, End.EXHAUSTED, 1, all)));
            }
        }
        String text = CheckText.page(report(policies, universes, results)).text();
        assertThat(text.lines()).allMatch(line -> line.length() <= Page.WIDTH);
        assertThat(text.lines().filter(line -> line.startsWith("policy  "))).hasSizeGreaterThan(1);
        assertThat(text).contains("P1 2 3 4 5 6 7 8 9!");
    }

    @Test
    void partialSearchIsNeverSafeAndDiffersOnlyByWhatItFound() {
        assertThat(partial("final", Set.of(), NONE).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(partial("final", Set.of(), NONE).differs()).isFalse();
        assertThat(partial("none", Set.of(), P3).differs()).isFalse();
        Result surprise = partial("none", Set.of(Property.P1), NONE);
        assertThat(surprise.differs()).isTrue();
        assertThat(surprise.outcome()).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void whatDoesNotCountDoesNotDecide() {
        Result broken =
                result(
                        "final",
                        SPARES,
                        P3,
                        cell("final", SPARES, End.EXHAUSTED, 1, Set.of(Property.P3)));
        CheckReport report = report(List.of("final"), List.of(SPARES), List.of(broken));
        assertThat(broken.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(report.outcome()).isEqualTo(Outcome.SAFE);
    }

    @Test
    void measuredValuesStandInOneObjectAtTheEnd() {
        String json = CheckJson.text(mixed());
        int measured = json.indexOf("\"measured\"");
        assertThat(json.substring(0, measured)).doesNotContain("nanos", "2048", "threads");
        assertThat(json.substring(measured)).contains("nanos", "storeBytes", "threads");
        assertThat(json).startsWith("{\n  \"schema\" : \"shootdown/check/1\"");
    }
}
