package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P6;
import static shootdown.checker.Property.P8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.List;

/**
 * What the thread says of a pt_owner other than the caller's domain (claims 20, 21, 38, 44 and 47),
 * asked of all behaviours of U6.
 *
 * <p>Of {@code Domains}, {@code DirtyMasks}, {@code Ownership}.
 */
final class DomainsTest {
    static List<Universe> universes() {
        return Domains.all().toList();
    }

    private static Cell cell(String policy, Universe universe) {
        Cell cell = Table.reduced(Table.policy(policy), universe);
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    private static Cell cell(String policy, String universe) {
        return cell(policy, Table.universe(universe));
    }

    private static Cell with(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        Universe mutant = sound.with(universe, sound.machine().toBuilder().defect(defect).build());
        return Checker.check(Table.policy("final"), mutant, CheckOptions.reduced());
    }

    private static long count(Cell cell, Activity activity) {
        return cell.activity().getOrDefault(activity, 0L);
    }

    private static boolean atStake(Cell cell, Property property) {
        return !cell.verdicts().get(property.index()).isVacuous();
    }

    /**
     * Claim 20: a caller's CPU has the caller's tables loaded, so by P6 it is in no other domain's
     * mask: the owner's mask, where the owner is another, never has the local CPU.
     */
    @ParameterizedTest
    @MethodSource("universes")
    void theMaskOfAForeignOwnerNeverHasTheCallersCpu(Universe universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell cell = cell(policy.name(), universe);

            assertThat(atStake(cell, P6)).isTrue();
            assertThat(cell.broken()).as(policy.name()).doesNotContain(P6);
        }
    }

    /** Claim 21: an L4 in guest_table is one of the vCPU's own domain. */
    @ParameterizedTest
    @MethodSource("universes")
    void everyVcpuRunsOnTablesOfItsOwnDomain(Universe universe) {
        Cell cell = cell("final", universe);

        assertThat(atStake(cell, P8)).isTrue();
        assertThat(cell.broken()).doesNotContain(P8);
    }

    /** Claims 38 and 44: before the owner runs, stale translations of its tables are nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"u6-paused", "u6-paused-xpti-pcid", "u6-built", "u6-built-xpti-pcid"})
    void tablesOfAPausedOwnerNeedNoFlushWhateverThePolicy(String universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell cell = cell(policy.name(), universe);

            assertThat(cell.broken()).as(policy.name()).isEmpty();
            assertThat(atStake(cell, P3)).isTrue();
        }
    }

    /**
     * Claim 44: the mask is empty, so a policy that does not treat this case alone sends nothing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"u6-paused", "u6-paused-xpti-pcid", "u6-built", "u6-built-xpti-pcid"})
    void treatingAPausedOwnerAloneBuysNothing(String universe) {
        Cell cell = cell("final", universe);

        assertThat(count(cell, Activity.MMU_UPDATE)).isPositive();
        assertThat(count(cell, Activity.POLICY_FLUSH_LOCAL)).isZero();
        assertThat(count(cell, Activity.POLICY_FLUSH_REMOTE)).isZero();
    }

    /** Claim 38: what makes the difference is that the owner runs, or is idle with lazy state. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "u6-toolstack",
                "u6-toolstack-xpti",
                "u6-toolstack-xpti-pcid",
                "u6-toolstack-migrate"
            })
    void tablesOfARunningOwnerNeedTheFlushOfItsCpusAndOfNoOthers(String universe) {
        assertThat(cell("none", universe).broken()).contains(P3);
        assertThat(cell("local-only", universe).broken()).contains(P3);
        assertThat(cell("remote-only", universe).broken()).isEmpty();

        Cell sound = cell("final", universe);
        assertThat(sound.broken()).isEmpty();
        assertThat(count(sound, Activity.POLICY_FLUSH_REMOTE)).isPositive();
    }

    /** Without guests' own edits of tables that are loaded, the local half never has a target. */
    @Test
    void aForeignEditNeverFlushesTheCallersCpu() {
        assertThat(count(cell("final", "u6-toolstack"), Activity.POLICY_FLUSH_LOCAL)).isZero();
    }

    /**
     * Claim 47: the references of an L4 tell whether other vCPUs run on it. A toolstack's CPU never
     * does, so one reference beyond lock and pin is somebody else's, who is told.
     */
    @Test
    void referencesToAnL4AreEnoughToKnowWhomToTellOfItsEdits() {
        for (String universe : List.of("u6-toolstack-xpti", "u6-toolstack-xpti-pcid")) {
            assertThat(cell("final", universe).broken()).isEmpty();
            assertThat(cell("v2", universe).broken()).isEmpty();
            assertThat(cell("local-only", universe).broken()).contains(P2);
        }
    }

    /** E 29: nothing breaks, but lazy state is switched away by flushes that did not ask for it. */
    @Test
    void everyFlushIpiThatSwitchesLazyVcpusAwayIsOverwork() {
        Cell sound = cell("final", "u6-toolstack");
        Cell old = with(Defect.EVERY_FLUSH_SYNCS_STATE, "u6-toolstack");

        assertThat(old.broken()).isEmpty();
        assertThat(share(old)).isGreaterThan(share(sound));
    }

    private static double share(Cell cell) {
        return (double) count(cell, Activity.CONTEXT_SWITCH) / cell.transitions();
    }

    @Test
    void aFlushLessContextSwitchLetsOneDomainUseWhatIsAnothers() {
        assertThat(with(Defect.NOFLUSH_AFTER_BASE_CHANGE, "u6-shared").broken()).contains(P1, P8);
    }

    @Test
    void destroyedDomainsLeaveNothingCachedEvenWithoutTheAllocatorsFlush() {
        // Pausing has loaded other tables everywhere, which flushes.
        assertThat(with(Defect.NO_ALLOCATION_FLUSH, "u6-destroy").broken()).isEmpty();
    }
}
