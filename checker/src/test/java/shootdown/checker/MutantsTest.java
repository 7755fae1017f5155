package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P4;
import static shootdown.checker.Property.P7;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;

import java.util.EnumSet;
import java.util.List;

/**
 * Rules taken out of the model, one at a time: each turns a named verdict red, or, where a rule is
 * made too strong, wrongly green. So the rule is there, and the checker sees it.
 */
final class MutantsTest {
    private static Cell with(Defect defect, String policy, String universe) {
        Cell cell =
                Checker.check(
                        Table.policy(policy), mutant(defect, universe), CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    private static Universe mutant(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        return sound.with(
                universe + " with " + defect, sound.machine().toBuilder().defect(defect).build());
    }

    private static List<Property> sound(String policy, String universe) {
        return Table.reduced(Table.policy(policy), Table.universe(universe)).broken();
    }

    @ParameterizedTest
    @CsvSource({
        "NO_TYPE_CHANGE_FLUSH, u3-xpti-smp, P1",
        "NO_FLUSH_REFUSES_ASSIST, u17-spurious-assist, P1",
        "NO_TYPE_CHANGE_FLUSH, u12-life, P1",
        "NO_STAMP, u3-xpti-smp, P1",
        "NO_STAMP, u12-life, P1",
        "DROP_BEFORE_FLUSH, u3-xpti-smp, P1",
        "FLUSH_BEFORE_PUBLISH, u3-xpti-smp, P1",
        "ROOT_COPY_KEPT_ON_CR3_LOAD, u12-life-xpti, P2",
        "NOFLUSH_AFTER_BASE_CHANGE, u12-life, P3",
        "NOFLUSH_AFTER_BASE_CHANGE, u7-pv32, P3",
        "LOCK_NOT_COUNTED, u3-xpti-smp, P2",
        "GRANT_DROPPED_BEFORE_FLUSH, u11-grants-foreign, P1",
        "GRANT_DROPPED_BEFORE_FLUSH, u11-grants-foreign-xpti-pcid, P1",
        "GRANT_ENTRY_MATCHED_BY_FRAME, u11-grants-entry, P7",
        "NO_TYPE_CHANGE_FLUSH, u10-ptwr-ldt, P1",
        "NO_STAMP, u10-ptwr-ldt-smp, P1",
        "NO_TYPE_CHANGE_FLUSH, u6-frames, P1",
        "NO_STAMP, u6-frames, P8",
        "NO_ALLOCATION_FLUSH, u6-frames, P8",
        "NO_TRANSFER_FLUSH, u6-transfer, P8",
        "DIRTY_BIT_CLEARED_EARLY, u6-shared, P6",
        "DIRTY_BIT_CLEARED_EARLY, u6-toolstack-migrate, P6",
        "NOFLUSH_AFTER_BASE_CHANGE, u6-shared-xpti-pcid, P8",
        "NOFLUSH_AFTER_BASE_CHANGE, u6-toolstack-migrate, P1",
        "ROOT_COPY_KEPT_ON_CR3_LOAD, u6-built-xpti-pcid, P2"
    })
    void aMissingRuleBreaksFinal(Defect defect, String universe, Property property) {
        assertThat(sound("final", universe)).isEmpty();

        assertThat(with(defect, "final", universe).broken()).contains(property);
    }

    @Test
    void countingTheLockMattersToRootCopiesOnly() {
        assertThat(with(Defect.LOCK_NOT_COUNTED, "final", "u4-smp-linear").broken()).isEmpty();
        assertThat(with(Defect.LOCK_NOT_COUNTED, "final", "u3-xpti-smp").broken())
                .contains(P1, P2)
                .doesNotContain(P3);
    }

    @Test
    void invlpgThatSparesPagingStructuresBreaksWhatTheGuestAskedFor() {
        assertThat(sound("sync-guest", "u1-linear-uvm")).containsExactly(P3);

        Cell mutant = with(Defect.INVLPG_SPARES_PAGING_STRUCTURES, "sync-guest", "u1-linear-uvm");

        assertThat(mutant.broken()).containsExactly(P3, P4);
    }

    @ParameterizedTest
    @CsvSource({"none", "sync-guest", "prepare", "remote-only"})
    void invlpgThatDropsEverythingHidesXsa286FromAPoliteGuest(String policy) {
        assertThat(sound(policy, "u1-linear-uvm-polite")).containsExactly(P3);

        Cell mutant = with(Defect.INVLPG_DROPS_EVERYTHING, policy, "u1-linear-uvm-polite");

        assertThat(mutant.broken()).as("wrongly safe").isEmpty();
        assertThat(mutant.outcome()).isEqualTo(Outcome.SAFE);
    }

    /** Facts B.13: the flush makes linear reads fresh, the final check keeps types safe. */
    @Test
    void withoutTheFinalCheckAStaleReadBreaksMoreThanFreshness() {
        assertThat(sound("none", "u10-ptwr-retype")).containsExactly(P3);

        // Once counts are wrong they soon drop below 0, where the model ends as Xen would.
        CheckOptions options = CheckOptions.reduced();
        options = options.withSearch(options.search().withStopWhenViolated(P7.bit()));
        Universe mutant = mutant(Defect.LINEAR_READ_NOT_CHECKED, "u10-ptwr-retype");

        assertThat(Checker.check(Table.policy("none"), mutant, options).broken()).contains(P3, P7);
        assertThat(with(Defect.LINEAR_READ_NOT_CHECKED, "final", "u10-ptwr-recursive").broken())
                .isEmpty();
    }

    /** The donor's own type-change flush covers a domain that maps what it granted to itself. */
    @Test
    void aGrantDroppedEarlyIsHarmlessWithinOneDomain() {
        Cell cell = with(Defect.GRANT_DROPPED_BEFORE_FLUSH, "final", "u11-grants-entry-smp");

        assertThat(cell.broken()).isEmpty();
    }

    @Test
    void localAndOthersSwappedBreaksRootCopies() {
        Cell swapped =
                Checker.check(
                        Table.testOnly("swapped", new Swapped()),
                        Table.universe("u2-xpti-boot"),
                        CheckOptions.reduced());

        assertThat(swapped.broken()).contains(P2);
    }

    @Test
    void everyDefectOfFlushingHasATestHere() {
        // Those behind it are rules of entries, which only real Xen can judge (MutantsOnXenTest).
        assertThat(EnumSet.range(Defect.NO_TYPE_CHANGE_FLUSH, Defect.INVLPG_DROPS_EVERYTHING))
                .hasSize(18);
    }
}
