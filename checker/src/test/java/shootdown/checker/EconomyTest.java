package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.FlushKind.LOCAL_ROOT;
import static shootdown.checker.FlushKind.LOCAL_TLB;
import static shootdown.checker.FlushKind.REMOTE_TLB;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.checker.Economy.Sum;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Change;
import shootdown.policy.weaker.Weakenings;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What flushes changed, in universes that are small enough to count by hand or by another way. */
class EconomyTest {
    private static Economy economy(String policy, String universe) {
        CatalogueEntry entry =
                Catalogue.find(policy).or(() -> Weakenings.find(policy)).orElseThrow();
        Economy economy =
                Economy.of(entry, Universes.find(universe).orElseThrow(), SearchOptions.defaults());
        assertThat(economy.end()).isEqualTo(End.EXHAUSTED);
        return economy;
    }

    private static Predicate<FlushReason> when(Change... changes) {
        return reason ->
                reason instanceof FlushReason.Edit edit && Set.of(changes).contains(edit.change());
    }

    private static boolean isUnhooked(FlushReason reason) {
        return reason instanceof FlushReason.Edit edit && !edit.hooked();
    }

    @Test
    void onlyRemovingOrReplacingAnEntryMakesALocalFlushMatterToTheLinearMap() {
        Economy economy = economy("final", "u1-linear-uvm");
        Sum needless = economy.sum(LOCAL_TLB, when(Change.ADDED, Change.KEPT, Change.NOTHING));
        assertThat(needless.flushes()).isPositive();
        assertThat(needless.linear()).isZero();
        assertThat(economy.sum(LOCAL_TLB, when(Change.REMOVED)).linear()).isPositive();
        assertThat(economy.sum(LOCAL_TLB, when(Change.REPLACED)).linear()).isPositive();
        assertThat(economy.sum(LOCAL_TLB, EconomyTest::isUnhooked).linear()).isZero();
    }

    @Test
    void onTwoCpusAFlushMayDoTheWorkOfAnotherThatIsOnItsWay() {
        Sum sum = economy("final", "u4-smp-linear").sum(REMOTE_TLB, when(Change.ADDED));
        assertThat(sum.linear()).isPositive();
    }

    @Test
    void withoutLinearReadsNoFlushChangesTheLinearMap() {
        for (FlushKind kind : FlushKind.values()) {
            assertThat(economy("final", "u3-xpti-smp").sum(kind).linear()).isZero();
        }
    }

    @Test
    void aRootCopyMattersOnlyIfTheL4HasChanged() {
        Economy economy = economy("final", "u2-xpti-boot");
        assertThat(economy.sum(LOCAL_ROOT, when(Change.ADDED)).changed()).isPositive();
        assertThat(economy.sum(LOCAL_ROOT, when(Change.REMOVED)).changed()).isPositive();
        assertThat(economy.sum(LOCAL_ROOT, when(Change.KEPT)).changed()).isZero();
        assertThat(economy.sum(LOCAL_ROOT, when(Change.NOTHING)).changed()).isZero();
    }

    @Test
    void theDirectStoreOfV1IsALocalRootSyncAsTheFlagOfFinalIs() {
        Sum store = economy("v1", "u2-xpti-boot").sum(LOCAL_ROOT);
        Sum flag = economy("final", "u2-xpti-boot").sum(LOCAL_ROOT);
        assertThat(store.changed()).isPositive().isEqualTo(flag.changed());
    }

    @Test
    void aPolicyThatFlushesNothingHasNoFlushes() {
        assertThat(economy("none", "u3-xpti-smp").entries()).isEmpty();
    }

    @Test
    void aFlushThatWaitsForTheGuestNeverMattersWhereTheWayOutFlushesAnyhow() {
        Sum late = economy("at-exit", "u1-linear-uvm-xpti").sum(LOCAL_TLB);
        assertThat(late.flushes()).isPositive();
        assertThat(late.neverMattered()).isTrue();
    }

    @Test
    void aBatchOfDifferentEditsHasItsOwnReason() {
        Sum several =
                economy("final", "u9-batches")
                        .sum(LOCAL_TLB, FlushReason.Several.class::isInstance);
        assertThat(several.linear()).isPositive();
    }

    /** A flush is an end of a step of the plain machine, so the plain check counts as many. */
    @ParameterizedTest
    @ValueSource(strings = {"u2-xpti-boot", "u4-smp-linear-xpti", "u5-recursive"})
    void asManyFlushesAsThePlainCheckCountsWhereReasonsDoNotSplitStates(String universe) {
        CatalogueEntry policy = Catalogue.find("final").orElseThrow();
        Cell cell =
                Checker.check(policy, Universes.find(universe).orElseThrow(), CheckOptions.plain());
        Economy economy = economy("final", universe);
        assertThat(economy.states()).isGreaterThanOrEqualTo(cell.states());
        assertThat(economy.sum(LOCAL_TLB).flushes())
                .isGreaterThanOrEqualTo(cell.activity().get(Activity.POLICY_FLUSH_LOCAL));
        assertThat(economy.sum(REMOTE_TLB).flushes())
                .isGreaterThanOrEqualTo(cell.activity().get(Activity.POLICY_FLUSH_REMOTE));
    }

    /**
     * Facts E 47, over-flushing: beside the flush of all dirty CPUs a global one with the root sync
     * is too much. The two policies differ in it alone, they keep the same everywhere, and no flush
     * changes more with it than without.
     */
    @ParameterizedTest
    @ValueSource(strings = {"u1-linear-uvm-xpti", "u3-xpti-smp", "u3-xpti-smp-pcid"})
    void aGlobalFlushBesideAFullOneNeverMatters(String name) {
        Universe universe = Universes.find(name).orElseThrow();
        assertThat(check("beulich-matrix", universe)).isEqualTo(check("final", universe));
        assertThat(economy("beulich-matrix", name).entries())
                .isEqualTo(economy("final", name).entries());
    }

    /**
     * But when 055e1c3a3d took the global flush away, nothing else flushed yet: with L4 edits
     * alone, under XPTI without PCID, it was what kept other CPUs from reading stale linear
     * entries.
     */
    @Test
    void beforeTheFixTheGlobalFlushOfTheSyncDidMatter() {
        assertThat(check("sync-guest", EDITS_OF_A_SHARED_L4)).isEmpty();
        assertThat(check("prepare", EDITS_OF_A_SHARED_L4)).containsExactly(Property.P3);
        assertThat(check("sync-guest~no-remote-tlb", EDITS_OF_A_SHARED_L4))
                .containsExactly(Property.P3);
        Economy sync =
                Economy.of(entry("sync-guest"), EDITS_OF_A_SHARED_L4, SearchOptions.defaults());
        assertThat(sync.sum(REMOTE_TLB).linear()).isPositive();
    }

    /** Two CPUs on one L4 under XPTI: it is edited, and update_va_mapping reads through it. */
    private static final Universe EDITS_OF_A_SHARED_L4 =
            new Universe(
                    "l4-smp",
                    "an L4 edit on one CPU, a linear read on another",
                    "the flush in the sync of root copies",
                    "edits of lower tables",
                    Machine.builder()
                            .cpus(2)
                            .frames(5)
                            .slots(0, LinearMap.SLOT)
                            .xpti(true)
                            .allow(
                                    new UpdateVaMappingCall(
                                            Entries.va(0, 0, 0, 0),
                                            Entries.page(4),
                                            Flush.NONE,
                                            new Scope.Local()),
                                    new MmuUpdateRequest(0, 0, Entries.table(1), false),
                                    new MmuUpdateRequest(0, 0, Entries.NONE, false))
                            .build(),
                    List.of("L4", "L3", "L2", "L1", "page"),
                    first ->
                            first.entry(0, 0, Entries.table(1))
                                    .entry(1, 0, Entries.table(2))
                                    .entry(2, 0, Entries.table(3))
                                    .entry(3, 0, Entries.page(4))
                                    .pin(3, 1)
                                    .pin(4, 0)
                                    .load(0, 0)
                                    .load(1, 0),
                    false);

    private static CatalogueEntry entry(String policy) {
        return Catalogue.find(policy).or(() -> Weakenings.find(policy)).orElseThrow();
    }

    private static List<Property> check(String policy, Universe universe) {
        return Checker.check(entry(policy), universe, CheckOptions.reduced()).broken();
    }
}
