package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.engine.End;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.List;

/** Of {@code Checks}: what another search answers is what a search of its own would have found. */
final class ChecksTest {
    private static final CheckOptions REDUCED = CheckOptions.reduced();

    private static Cell check(Checks checks, String policy, String universe) {
        return checks.check(Table.policy(policy), Table.universe(universe), REDUCED);
    }

    @Test
    void everyCellOfTheTableIsThatOfASearchOfItsOwn() {
        Checks checks = new Checks();
        int searches = 0;
        List<String> different = new ArrayList<>();
        for (Universe universe : Universes.byDefault()) {
            for (CatalogueEntry policy : Catalogue.entries()) {
                Cell cell = checks.check(policy, universe, REDUCED);
                searches += cell.isOwnSearch() ? 1 : 0;
                if (!cell.isOwnSearch() && !isSame(cell, Table.reduced(policy, universe))) {
                    different.add(policy.name() + " in " + universe.name());
                }
            }
        }
        assertThat(different).isEmpty();
        int cells = Universes.byDefault().size() * Catalogue.entries().size();
        assertThat(searches).isBetween(1, cells / 2);
    }

    private static boolean isSame(Cell a, Cell b) {
        return a.policy().equals(b.policy())
                && a.universe().equals(b.universe())
                && a.end() == b.end()
                && a.verdicts().equals(b.verdicts())
                && a.states() == b.states()
                && a.transitions() == b.transitions()
                && a.depth() == b.depth()
                && a.activity().equals(b.activity());
    }

    @Test
    void weakenedPoliciesAreComparedToo() {
        Checks checks = new Checks();
        Universe universe = Table.universe("u4-smp-linear");
        for (CatalogueEntry policy : Weakenings.of(Table.policy("final"))) {
            Cell cell = checks.check(policy, universe, REDUCED);
            assertThat(isSame(cell, Checker.check(policy, universe, REDUCED)))
                    .as(policy.name())
                    .isTrue();
        }
    }

    @Test
    void aPolicyThatDecidesAlikeIsNotSearchedAndSaysWhose() {
        Checks checks = new Checks();
        Cell first = check(checks, "final", "u1-linear-uvm");
        Cell again = check(checks, "local-only", "u1-linear-uvm"); // there is one CPU
        Cell other = check(checks, "none", "u1-linear-uvm");

        assertThat(first.isOwnSearch()).isTrue();
        assertThat(again.searched()).isEqualTo("final");
        assertThat(again.storeBytes() + again.nanos()).as("of its own").isZero();
        assertThat(other.isOwnSearch()).isTrue();
        assertThat(other.states()).isNotEqualTo(first.states());
    }

    @Test
    void accumulatorsMayHaveOtherNames() {
        Checks checks = new Checks();
        Universe universe = Table.universe("u1-linear-uvm");
        checks.check(Table.policy("v1-nonglobal"), universe, REDUCED); // flags themselves
        CatalogueEntry policy = Table.policy("final"); // a mark

        Cell cell = checks.check(policy, universe, REDUCED);

        assertThat(cell.searched()).isEqualTo("v1-nonglobal");
        assertThat(isSame(cell, Checker.check(policy, universe, REDUCED))).isTrue();
    }

    @Test
    void aPolicyOfTheUserAndAnIdealOneAreSearchedAlways() {
        Checks checks = new Checks();
        Universe universe = Table.universe("u1-linear-uvm");
        Policy policy = Table.policy("final").policy();
        Policy own =
                new Policy() {
                    @Override
                    public int updated(Update update, Flusher flusher, int accumulator) {
                        return policy.updated(update, flusher, accumulator);
                    }

                    @Override
                    public void finished(Invocation end, Flusher flusher, int accumulator) {
                        policy.finished(end, flusher, accumulator);
                    }
                };
        CatalogueEntry mine = Table.testOnly("mine", own);
        checks.check(Table.policy("final"), universe, REDUCED);

        assertThat(checks.check(mine, universe, REDUCED).isOwnSearch()).isTrue();
        assertThat(check(checks, "reaching-cpus", "u1-linear-uvm").isOwnSearch()).isTrue();
        assertThat(check(checks, "reaching-cpus", "u1-linear-uvm").isOwnSearch()).isTrue();
    }

    @Test
    void whatWasSearchedInAnotherWayOrNotToTheEndAnswersNothing() {
        Checks checks = new Checks();
        Universe universe = Table.universe("u1-linear-uvm");
        CatalogueEntry policy = Table.policy("final");
        CheckOptions cut = REDUCED.withSearch(REDUCED.search().withMaxStates(10));

        assertThat(checks.check(policy, universe, cut).end()).isEqualTo(End.STATE_LIMIT);
        assertThat(checks.check(policy, universe, REDUCED).isOwnSearch()).isTrue();
        assertThat(check(checks, "local-only", "u1-linear-uvm").isOwnSearch()).isFalse();
        assertThat(checks.check(policy, universe, cut).end()).isEqualTo(End.STATE_LIMIT);
        assertThat(checks.check(policy, universe, REDUCED.withFusing(false)).isOwnSearch())
                .isTrue();
        assertThat(checks.check(policy, universe, REDUCED.withStrict(true)).isOwnSearch()).isTrue();
    }
}
