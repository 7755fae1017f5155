package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.FlushKind.LOCAL_ROOT;
import static shootdown.checker.FlushKind.LOCAL_TLB;
import static shootdown.checker.FlushKind.REMOTE_ROOT;
import static shootdown.checker.FlushKind.REMOTE_TLB;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.checker.Economy.Sum;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Change;
import shootdown.policy.weaker.Weakenings;

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
     * Facts E 47: the sync of the L4 flushed globally too, until 055e1c3a3d took that away. The two
     * policies differ in it alone and keep the same; where nothing but that flush could have helped
     * the linear map, it never did.
     */
    @Test
    void theFlushInTheSyncOfTheL4NeverMatteredToWhatItWasFor() {
        for (Universe universe : Universes.byDefault()) {
            Cell with = check("sync-guest", universe);
            Cell without = check("prepare", universe);
            assertThat(with.broken()).as(universe.name()).isEqualTo(without.broken());
        }
        for (String name : Set.of("u3-xpti-smp", "u3-xpti-smp-pcid")) {
            Economy with = economy("sync-guest", name);
            Economy without = economy("prepare", name);
            assertThat(with.sum(REMOTE_TLB).flushes()).isPositive();
            assertThat(with.sum(REMOTE_TLB).linear()).isZero();
            assertThat(without.sum(REMOTE_TLB).flushes()).isZero();
            assertThat(without.sum(REMOTE_ROOT).changed()).isPositive();
        }
    }

    private static Cell check(String policy, Universe universe) {
        return Checker.check(
                Catalogue.find(policy).orElseThrow(), universe, CheckOptions.reduced());
    }
}
