package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S1: stricter than P3, and judged only when it is asked for. */
class StrictTest {
    private static final CheckOptions STRICT = CheckOptions.reduced().withStrict(true);

    private static Cell check(String policy, String universe, CheckOptions options) {
        return Checker.check(Table.policy(policy), Table.universe(universe), options);
    }

    private static Cell.Verdict verdict(Cell cell) {
        return cell.verdicts().get(Property.S1.index());
    }

    @Test
    void aCheckJudgesItOnlyIfAskedAndExploresTheSame() {
        Cell plain = check("final", "u1-linear-uvm", CheckOptions.reduced());
        Cell strict = check("final", "u1-linear-uvm", STRICT);
        assertThat(plain.verdicts())
                .noneMatch(verdict -> verdict.property() == Property.S1)
                .hasSize(Property.byDefault().size());
        assertThat(strict.states()).isEqualTo(plain.states());
        assertThat(strict.transitions()).isEqualTo(plain.transitions());
        assertThat(strict.verdicts()).containsAll(plain.verdicts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u1-linear-uvm-xpti-pcid-self",
                "u4-smp-linear-xpti",
                "u5-recursive-smp",
                "u7-pv32-smep",
                "u9-batches-smp",
                "u12-life-xpti-pcid"
            })
    void theCommitKeepsIt(String universe) {
        Cell.Verdict verdict = verdict(check("final", universe, STRICT));
        assertThat(verdict.outcome()).isEqualTo(Outcome.SAFE);
        assertThat(verdict.isVacuous()).isFalse();
    }

    /** The CPU that edits never reads through the linear map, so nobody sees what it has kept. */
    @Test
    void whatNobodyReadsBreaksItAlone() {
        Cell cell = check("remote-only", "u10-ptwr-ldt-smp", STRICT);
        assertThat(cell.broken()).contains(Property.S1).doesNotContain(Property.P3);
    }

    /** A new user base is loaded without a flush: its PCID keeps entries that Xen never reads. */
    @Test
    void anotherUserBaseLeavesStaleEntriesUnderThePcidOfUserMode() {
        Cell cell = check("final", "u8-user-l4-pcid", STRICT);
        assertThat(cell.broken()).containsExactly(Property.S1);
        assertThat(check("final", "u8-user-l4", STRICT).broken()).isEmpty();
    }

    /**
     * Put off to the way out, a flush is in time only if the call itself leaves Xen on its way: the
     * continuation of an edit that drops a table does, that of a self-reference does not exist.
     */
    @ParameterizedTest
    @CsvSource({
        "at-exit, u1-linear-uvm, SAFE",
        "at-exit, u1-linear-uvm-self, BROKEN",
        "at-exit, u4-smp-linear, BROKEN",
        "linear-range, u1-linear-uvm-xpti-pcid, SAFE",
        "skip-not-present, u5-recursive-smp, SAFE",
        "local-only, u4-smp-linear, BROKEN",
        "sync-guest, u1-linear-uvm, BROKEN"
    })
    void otherPoliciesKeepItOrNot(String policy, String universe, Outcome outcome) {
        assertThat(verdict(check(policy, universe, STRICT)).outcome()).isEqualTo(outcome);
    }

    @Test
    void withoutALinearMapToReadNothingIsAtStake() {
        assertThat(verdict(check("final", "u3-xpti-smp", STRICT)).isVacuous()).isTrue();
    }

    @Test
    void itHasAStoryOfItsOwn() {
        Story story =
                Storyteller.tell(
                                Table.policy("remote-only"),
                                Table.universe("u10-ptwr-ldt-smp"),
                                Property.S1,
                                CheckOptions.reduced())
                        .orElseThrow();
        assertThat(story.wrong()).contains("of its linear map after the call");
        assertThat(story.remedy()).contains("final");
    }
}
