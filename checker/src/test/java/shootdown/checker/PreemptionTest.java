package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

/** U9 with preemption between any two requests, and interrupt handlers before a continuation. */
final class PreemptionTest {
    /** Each invocation has a flush block of its own, so there is nothing that preemption delays. */
    @ParameterizedTest
    @CsvSource({"u9-batches, u9-batches-preempt", "u9-batches-smp, u9-batches-smp-preempt"})
    void preemptionAloneChangesNoVerdict(String plain, String preempted) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            assertThat(Table.reduced(policy, Table.universe(preempted)).broken())
                    .as(policy.name())
                    .isEqualTo(Table.reduced(policy, Table.universe(plain)).broken());
        }
    }

    /** "At the end of the batch" has to mean: of each invocation. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "u9-batches-preempt",
                "u9-batches-smp-preempt",
                "u9-batches-xpti-pcid-preempt"
            })
    void aFlushBlockThatWaitsForTheLastInvocationComesTooLate(String universe) {
        Cell cell = without(universe, Defect.NO_FLUSH_BEFORE_CONTINUATION);

        assertThat(cell.broken()).contains(Property.P3);
    }

    private static Cell without(String universe, Defect defect) {
        Cell cell =
                Checker.check(
                        Table.policy("final"), mutant(universe, defect), CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    private static Universe mutant(String universe, Defect defect) {
        Universe sound = Table.universe(universe);
        return sound.with(
                universe + " with " + defect, sound.machine().toBuilder().defect(defect).build());
    }
}
