package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.hypervisor.Defect;

import java.util.List;
import java.util.Optional;

/** Each defect is found by exploration, and nothing is left of it with its fix. */
final class MuseumTest {
    static List<Exhibit> exhibits() {
        return Museum.all();
    }

    private static Shown show(Exhibit exhibit) {
        return exhibit.explore(Checker::check, CheckOptions.reduced());
    }

    @ParameterizedTest
    @MethodSource("exhibits")
    void theDefectIsSeenAndTheFixEndsIt(Exhibit exhibit) {
        Shown shown = show(exhibit);

        assertThat(shown.after().end()).isEqualTo(End.EXHAUSTED);
        assertThat(shown.after().broken()).isEmpty();
        switch (shown) {
            case Shown.Fault fault -> {
                int property = fault.property().index();
                assertThat(fault.before().broken()).contains(fault.property());
                assertThat(fault.after().verdicts().get(property).isVacuous()).isFalse();
            }
            case Shown.Overwork overwork -> {
                assertThat(overwork.before().broken()).isEmpty();
                assertThat(overwork.waste().end()).isEqualTo(End.EXHAUSTED);
                assertThat(overwork.waste().done()).isPositive();
                assertThat(overwork.waste().mattered()).isZero();
            }
        }
        assertThat(shown.outcome()).isEqualTo(Outcome.SAFE);
    }

    @ParameterizedTest
    @MethodSource("exhibits")
    void theStoryBeginsInTheSameStateAsWithTheFix(Exhibit exhibit) {
        assertThat(first(exhibit.before())).isEqualTo(first(exhibit.after()));
    }

    private static long[] first(Exhibit.Setting setting) {
        return new MachineSystem(setting.universe(), setting.policy().policy(), false, false)
                .firstState();
    }

    @Test
    void exhibitsAreFoundByNameAdvisoryAndNumber() {
        Optional<Exhibit> exhibit = Museum.find("xsa-401");

        assertThat(exhibit).isPresent();
        assertThat(Museum.find("401")).isEqualTo(exhibit);
        assertThat(Museum.find("51")).isEqualTo(exhibit);
        assertThat(Museum.find("xsa-1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xsa-408", "lazy-sync", "global-sync"})
    void aLimitShowsNothing(String name) {
        CheckOptions reduced = CheckOptions.reduced();
        CheckOptions few = reduced.withSearch(reduced.search().withMaxStates(2));

        Shown shown = Museum.find(name).orElseThrow().explore(Checker::check, few);

        assertThat(shown.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    /** Nothing else flushes there, so what the IPI drops is missed without it. */
    @Test
    void workThatMattersIsNotForNothing() {
        Shown shown = show(inTheSync("sync-guest", "final", "u8-user-l4-xpti-smp"));

        assertThat(shown).isInstanceOf(Shown.Overwork.class);
        Waste waste = ((Shown.Overwork) shown).waste();
        assertThat(shown.before().broken()).isEmpty();
        assertThat(shown.after().broken()).isEmpty();
        assertThat(waste.mattered()).isPositive();
        assertThat(shown.outcome()).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void workThatIsNeverDoneIsNotForNothing() {
        Shown shown = show(inTheSync("final", "final", "u8-user-l4-xpti-smp"));

        assertThat(((Shown.Overwork) shown).waste().done()).isZero();
        assertThat(shown.outcome()).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void workIsNotForNothingIfThingsBreakWithoutIt() {
        Shown shown = show(inTheSync("beulich-matrix", "prepare", "u8-user-l4-xpti-smp"));

        assertThat(((Shown.Overwork) shown).waste().isNeedless()).isTrue();
        assertThat(shown.after().broken()).containsExactly(Property.P3);
        assertThat(shown.outcome()).isEqualTo(Outcome.BROKEN);
    }

    private static Exhibit inTheSync(String before, String after, String universe) {
        return new Exhibit(
                47,
                "global-sync",
                "",
                "",
                "",
                "",
                "",
                Museum.setting(before, universe),
                Museum.setting(after, universe),
                new Exhibit.Harm.Wastes(Work.REMOTE_GLOBAL_FLUSH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"u3-xpti-smp", "u3-xpti-smp-pcid", "u8-user-l4-xpti-pcid-smp", "u3-must-do"})
    void theGlobalFlushIsForNothingInOtherUniversesToo(String universe) {
        assertThat(show(inTheSync("beulich-matrix", "final", universe)).outcome())
                .isEqualTo(Outcome.SAFE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"u6-toolstack-xpti", "u6-toolstack-xpti-pcid", "u6-toolstack-migrate"})
    void switchingIdleCpusAwayIsForNothingInOtherUniversesToo(String universe) {
        Exhibit.Setting sound = Museum.setting("final", universe);
        Exhibit.Setting old = sound.with(Defect.EVERY_FLUSH_SYNCS_STATE);

        Waste waste = Waste.of(Work.UNASKED_SWITCH, old, sound, SearchOptions.defaults());
        Waste none = Waste.of(Work.UNASKED_SWITCH, sound, sound, SearchOptions.defaults());

        assertThat(waste.isNeedless()).as(waste.toString()).isTrue();
        assertThat(none.done()).isZero();
    }

    /** An IPI of prepare asks for a root copy only: what the switch drops nobody else does. */
    @Test
    void aSwitchMattersWhereTheIpiFlushesNothing() {
        Exhibit.Setting sound = Museum.setting("prepare", "u6-toolstack-xpti");
        Exhibit.Setting old = sound.with(Defect.EVERY_FLUSH_SYNCS_STATE);

        Waste waste = Waste.of(Work.UNASKED_SWITCH, old, sound, SearchOptions.defaults());

        assertThat(waste.mattered()).isPositive();
        assertThat(waste.isRefuted()).isTrue();
    }

    @Test
    void namesAndNumbersAreUnique() {
        assertThat(Museum.all()).extracting(Exhibit::name).doesNotHaveDuplicates();
        assertThat(Museum.all()).extracting(Exhibit::row).doesNotHaveDuplicates().isSorted();
    }
}
