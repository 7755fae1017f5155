package shootdown.workload.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import shootdown.workload.cost.Comparison.Turn;
import shootdown.workload.cost.Estimate.Part;

class ComparisonTest {
    private static final MachineCosts SKYLAKE = Machines.byDefault();

    /** So many full flushes on its own CPU, each of which loses up to 1,536 translations. */
    private static Work local(long flushes) {
        return new Work(flushes, 0, 0, 0, 0, flushes * 1536, 0);
    }

    private static Work narrow(long flushes) {
        return new Work(0, flushes, 0, 0, 0, 0, 0);
    }

    @Test
    void workIsCountsTimesCosts() {
        Estimate estimate = Estimate.of(new Work(4, 3, 2, 5, 7, 1000, 6), SKYLAKE);
        assertThat(estimate.part(Part.FLUSHES).typical()).isEqualTo(4 * 400 + 3 * 200);
        assertThat(estimate.part(Part.WAITING).typical()).isEqualTo(2 * 2500 + 3 * 300);
        assertThat(estimate.part(Part.INTERRUPTED).typical()).isEqualTo(5 * 1200);
        assertThat(estimate.part(Part.REFILLS))
                .isEqualTo(new Range(7 * 20, 4 * 64 * 60, 1000 * 300));
        assertThat(estimate.part(Part.ROOT_COPIES).typical()).isEqualTo(6 * 500);
        assertThat(estimate.total().low())
                .isEqualTo(4 * 150 + 3 * 100 + 2 * 1000 + 3 * 100 + 5 * 500 + 7 * 20 + 6 * 200);
    }

    @Test
    void flushesLoseNoLessThanWasInUseAndNoMoreThanThereWas() {
        assertThat(new Work(1, 0, 0, 0, 100, 200, 0).lost(64)).isEqualTo(100);
        assertThat(new Work(1, 0, 0, 0, 10, 20, 0).lost(64)).isEqualTo(20);
        assertThat(new Work(1, 0, 0, 0, 10, 200, 0).lost(64)).isEqualTo(64);
    }

    @Test
    void whoDoesNoMoreOfAnythingIsCheaperWhateverThingsCost() {
        Comparison comparison = Comparison.of(local(1), local(2), SKYLAKE);
        assertThat(comparison.always()).isTrue();
        assertThat(comparison.same()).isFalse();
        assertThat(comparison.turns()).isEmpty();
        assertThat(Comparison.of(local(2), local(2), SKYLAKE).same()).isTrue();
    }

    /**
     * A full flush costs 400 + 64 x 60 = 4240, as much as 21.2 narrow ones of 200; of 15 narrow
     * ones with 3000 only what makes the full one cheaper than that turns the order: a narrow one
     * of more than 282.67, a refill of less than (3000 - 400) / 64, a working set of less than 2600
     * / 60.
     */
    @Test
    void anAssumptionDecidesWhereTheOrderTurns() {
        Comparison comparison = Comparison.of(narrow(15), local(1), SKYLAKE);
        assertThat(comparison.always()).isFalse();
        assertThat(comparison.turns())
                .extracting(Turn::unit)
                .containsExactly(Unit.RANGE_FLUSH, Unit.REFILL, Unit.WORKING_SET);
        assertThat(comparison.turns()).extracting(Turn::less).containsExactly(false, true, true);
        double[] values = {4240 / 15.0, 2600 / 64.0, 2600 / 60.0};
        for (int i = 0; i < values.length; i++) {
            assertThat(comparison.turns().get(i).value()).isCloseTo(values[i], within(1e-6));
        }
    }

    @Test
    void noSingleAssumptionDecidesWhatIsFarApart() {
        Comparison comparison = Comparison.of(narrow(1), local(1000), SKYLAKE);
        assertThat(comparison.always()).isFalse();
        assertThat(comparison.turns()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyMachineKnowsWhatEachThingCostsAndWhereThatIsFrom(Unit unit) {
        for (MachineCosts machine : Machines.all()) {
            assertThat(machine.cost(unit).source()).isNotBlank();
            assertThat(machine.range(unit).typical()).isPositive();
        }
    }

    @Test
    void rangesAscend() {
        assertThatThrownBy(() -> new Range(2, 1, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(-1, 1, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(0, Double.NaN, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
