package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.checker.Exhibit.Shown;
import shootdown.engine.End;

import java.util.List;
import java.util.Optional;

/** Each defect is found by exploration, and nothing is left of it with its fix. */
final class MuseumTest {
    static List<Exhibit> exhibits() {
        return Museum.all();
    }

    private static Shown show(Exhibit exhibit, CheckOptions options) {
        return new Shown(
                exhibit, check(exhibit.before(), options), check(exhibit.after(), options));
    }

    private static Cell check(Exhibit.Setting setting, CheckOptions options) {
        return Checker.check(setting.policy(), setting.universe(), options);
    }

    @ParameterizedTest
    @MethodSource("exhibits")
    void theDefectHasAStoryAndTheFixEndsIt(Exhibit exhibit) {
        Shown shown = show(exhibit, CheckOptions.reduced());

        assertThat(shown.before().broken()).contains(exhibit.property());
        assertThat(shown.after().end()).isEqualTo(End.EXHAUSTED);
        assertThat(shown.after().broken()).isEmpty();
        assertThat(shown.after().verdicts().get(exhibit.property().index()).isVacuous()).isFalse();
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

    @Test
    void aLimitIsNeverAStory() {
        CheckOptions reduced = CheckOptions.reduced();
        CheckOptions few = reduced.withSearch(reduced.search().withMaxStates(2));

        Shown shown = show(Museum.all().getLast(), few);

        assertThat(shown.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void namesAndNumbersAreUnique() {
        assertThat(Museum.all()).extracting(Exhibit::name).doesNotHaveDuplicates();
        assertThat(Museum.all()).extracting(Exhibit::row).doesNotHaveDuplicates().isSorted();
    }
}
