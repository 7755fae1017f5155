package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.List;

/**
 * Each reduction on and off. Covering and symmetry keep verdicts and shortest lengths, fusing keeps
 * verdicts, threads keep everything.
 *
 * <p>All policies, in universes that stay small without the reduction. Left out because they do
 * not: the self-referencing and rich variants of U1, U4 with XPTI, U9 and U12 on two CPUs.
 */
final class ReductionsTest {
    private static final SearchOptions PLAIN = SearchOptions.defaults();
    private static final SearchOptions COVERING = PLAIN.withCovering(true);

    private static Cell check(
            CatalogueEntry policy, String universe, SearchOptions search, boolean fusing) {
        Cell cell =
                Checker.check(
                        policy, Table.universe(universe), new CheckOptions(search, fusing, false));
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u1-linear-uvm-polite",
                "u2-xpti-boot",
                "u2-xpti-boot-pcid",
                "u3-xpti-smp",
                "u5-recursive",
                "u5-recursive-smp",
                "u7-pv32",
                "u7-pv32-smep",
                "u9-batches",
                "u10-ptwr-recursive",
                "u10-ptwr-ldt",
                "u10-ptwr-ldt-smp",
                "u11-grants-entry",
                "u11-grants-foreign",
                "u13-types",
                "u13-types-lock",
                "u16-descriptors",
                "u9-batches-preempt",
                "u9-batches-xpti-pcid-preempt",
                "u3-xpti-smp-tso",
                "u4-smp-linear-tso",
                "u13-types-tso",
                "u17-spurious",
                "u17-spurious-assist"
            })
    void coveringKeepsVerdictsAndLengths(String universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell plain = check(policy, universe, PLAIN, false);
            Cell covered = check(policy, universe, COVERING, false);

            assertThat(Table.verdicts(covered)).isEqualTo(Table.verdicts(plain));
            assertThat(Table.lengths(covered)).isEqualTo(Table.lengths(plain));
            assertThat(covered.states()).isLessThanOrEqualTo(plain.states());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u4-smp-linear",
                "u3-xpti-smp",
                "u5-recursive-smp",
                "u10-uvm-smp",
                "u11-grants-entry-smp",
                "u13-types-3cpu",
                "u3-xpti-smp-tso",
                "u4-smp-linear-tso",
                "u13-types-tso",
                "u17-spurious-assist"
            })
    void symmetryKeepsVerdictsAndLengths(String universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell plain = check(policy, universe, COVERING, false);
            Cell symmetric = check(policy, universe, COVERING.withSymmetry(true), false);

            assertThat(Table.verdicts(symmetric)).isEqualTo(Table.verdicts(plain));
            assertThat(Table.lengths(symmetric)).isEqualTo(Table.lengths(plain));
            assertThat(symmetric.states()).isLessThan(plain.states());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u1-linear-uvm",
                "u1-linear-uvm-xpti",
                "u1-linear-uvm-xpti-unforced",
                "u1-linear-uvm-polite",
                "u2-xpti-boot-pcid",
                "u4-smp-linear",
                "u5-recursive-smp",
                "u7-pv32-smep",
                "u9-batches",
                "u9-batches-smp",
                "u10-ptwr",
                "u10-ptwr-xpti-smp",
                "u10-ptwr-retype",
                "u10-ptwr-ldt-smp",
                "u11-grants",
                "u11-grants-xpti-pcid",
                "u11-grants-smp",
                "u11-grants-entry",
                "u11-grants-foreign-xpti",
                "u12-life",
                "u13-types",
                "u13-types-lock",
                "u16-descriptors",
                "u9-batches-preempt",
                "u9-batches-xpti-preempt",
                "u9-batches-smp-preempt",
                "u3-xpti-smp-tso",
                "u4-smp-linear-tso",
                "u13-types-tso",
                "u17-spurious",
                "u17-spurious-assist"
            })
    void fusingKeepsVerdicts(String universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell steps = check(policy, universe, COVERING.withSymmetry(true), false);
            Cell fused = Table.reduced(policy, Table.universe(universe));

            assertThat(Table.verdicts(fused)).as(policy.name()).isEqualTo(Table.verdicts(steps));
            assertThat(fused.states()).isLessThanOrEqualTo(steps.states());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"u1-linear-uvm", "u3-xpti-smp", "u4-smp-linear-xpti", "u12-life-xpti"})
    void twoThreadsFindExactlyWhatOneFinds(String universe) {
        for (String name : List.of("none", "final", "draft", "remote-only", "at-exit")) {
            CatalogueEntry policy = Table.policy(name);
            Cell one = Table.reduced(policy, Table.universe(universe));
            Cell two =
                    Checker.check(
                            policy,
                            Table.universe(universe),
                            CheckOptions.reduced()
                                    .withSearch(CheckOptions.reduced().search().withThreads(2)));

            assertThat(unmeasured(two)).isEqualTo(unmeasured(one));
        }
    }

    private static Cell unmeasured(Cell cell) {
        return new Cell(
                cell.policy(),
                cell.universe(),
                cell.end(),
                cell.verdicts(),
                cell.states(),
                cell.transitions(),
                cell.depth(),
                cell.activity(),
                0,
                0,
                cell.searched());
    }
}
