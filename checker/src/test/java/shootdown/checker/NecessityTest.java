package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.checker.Necessity.Effect;
import shootdown.checker.Necessity.Finding;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;

import java.util.List;

/** What can be taken away from {@code final}, in the universe that shows it. */
class NecessityTest {
    private static final CatalogueEntry FINAL = Catalogue.find("final").orElseThrow();

    private static Finding judge(String weakening, String universe, CheckOptions options) {
        Universe where = Universes.find(universe).orElseThrow();
        Weakening part = Weakenings.named(weakening).orElseThrow();
        return Necessity.judge(Checker.check(FINAL, where, options), List.of(part), options);
    }

    private static Finding judge(String weakening, String universe) {
        return judge(weakening, universe, CheckOptions.reduced());
    }

    @ParameterizedTest
    @CsvSource({
        "no-local, u1-linear-uvm, P3",
        "no-remote, u4-smp-linear, P3",
        "no-cpu1, u4-smp-linear, P3",
        "no-remote-root, u3-xpti-smp, P1",
        "no-local-root, u2-xpti-boot, P2",
        "no-l4, u5-recursive, P3",
        "no-l2, u1-linear-uvm, P3",
        "at-exit, u1-linear-uvm-self, P3",
        "not-in-guest, u4-smp-linear, P3",
        "not-in-guest, u4-smp-linear-xpti-pcid, P3",
        "no-unreached, u5-recursive-smp, P3",
        "xen-pcids, u1-linear-uvm-g, P3"
    })
    void whatIsNeededBreaks(String weakening, String universe, Property property) {
        Finding finding = judge(weakening, universe);
        assertThat(finding.effect()).isEqualTo(Effect.BROKEN);
        assertThat(finding.property()).isEqualTo(property);
    }

    @ParameterizedTest
    @CsvSource({
        "no-new, u1-linear-uvm",
        "no-same-frame, u4-smp-linear",
        "no-unhooked, u5-recursive",
        "linear-range, u12-life",
        "xen-pcids, u4-smp-linear-xpti-pcid",
        "no-local-tlb, u1-linear-uvm-xpti",
        "not-in-guest, u4-smp-linear-xpti",
        "no-l2, u9-batches"
    })
    void whatIsNotNeededThereCanGo(String weakening, String universe) {
        assertThat(judge(weakening, universe).effect()).isEqualTo(Effect.SAFE);
    }

    @ParameterizedTest
    @CsvSource({
        "not-global, u1-linear-uvm",
        "no-root-store, u2-xpti-boot",
        "no-remote, u1-linear-uvm",
        "no-l2, u4-smp-linear"
    })
    void whatThePolicyDoesNotDoThereIsUntouchedRatherThanSafe(String weakening, String universe) {
        assertThat(judge(weakening, universe).effect()).isEqualTo(Effect.UNTOUCHED);
    }

    @Test
    void aLimitLeavesItOpen() {
        CheckOptions few =
                CheckOptions.reduced().withSearch(SearchOptions.defaults().withMaxStates(5));
        assertThat(judge("no-new", "u1-linear-uvm", few).effect()).isEqualTo(Effect.INCONCLUSIVE);
    }

    @Test
    void whatBreaksOnHypotheticalMachinesOnlyDoesNotCount() {
        Necessity necessity =
                new Necessity(
                        Weakenings.find("final~xen-pcids").orElseThrow(),
                        List.of(
                                judge("xen-pcids", "u1-linear-uvm"),
                                judge("xen-pcids", "u1-linear-uvm-g")));
        assertThat(necessity.effect()).isEqualTo(Effect.SAFE);
        assertThat(necessity.where(Effect.BROKEN)).hasSize(1);
        assertThat(necessity.onXen(Effect.BROKEN)).isEmpty();
    }

    @Test
    void someWeakeningsAreTheVeryPoliciesOfTheCatalogue() {
        same("final~no-remote", "local-only");
        same("final~no-local", "remote-only");
        same("final~linear-range", "linear-range");
        same("final~at-exit", "at-exit");
        same("final~no-new", "skip-not-present");
        same("sync-guest~no-remote-tlb", "prepare");
    }

    private static void same(String weakened, String policy) {
        for (Universe universe : Universes.byDefault()) {
            Storyteller.Comparison comparison =
                    Storyteller.difference(
                            Weakenings.find(weakened).orElseThrow(),
                            Catalogue.find(policy).orElseThrow(),
                            universe,
                            CheckOptions.reduced());
            assertThat(comparison.difference()).as(weakened + universe.name()).isNull();
            assertThat(comparison.complete()).isTrue();
        }
    }
}
