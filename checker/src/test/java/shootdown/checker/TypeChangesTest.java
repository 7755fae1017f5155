package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;

/** U13: the type-change flush without one of its rules, and the same universe with it. */
final class TypeChangesTest {
    private static Cell with(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        Universe mutant =
                sound.with(
                        universe + " with " + defect,
                        sound.machine().toBuilder().defect(defect).build());
        Cell cell = Checker.check(Table.policy("final"), mutant, CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    @ParameterizedTest
    @CsvSource({
        "FLUSH_BEFORE_PUBLISH, u13-types",
        "FLUSH_BEFORE_PUBLISH, u13-types-3cpu",
        "NO_TYPE_CHANGE_FLUSH, u13-types",
        "NO_STAMP, u13-types",
        "SHADOW_FILTER_SEES_NEW_TYPE, u13-types-shadow"
    })
    void withoutTheRuleAnotherCpuStillWritesToATable(Defect defect, String universe) {
        assertThat(Table.reduced(Table.policy("final"), Table.universe(universe)).broken())
                .isEmpty();

        assertThat(with(defect, universe).broken()).contains(Property.P1);
    }

    @Test
    void aTableWhoseLastReferenceIsTheLockKeepsWhatItsEntriesHold() {
        String universe = "u13-types-lock";
        assertThat(Table.reduced(Table.policy("final"), Table.universe(universe)).broken())
                .isEmpty();

        assertThat(with(Defect.UNLOCK_DROPS_LAST_REFERENCE, universe).broken())
                .contains(Property.P7);
    }
}
