package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

/** Total store order: what one CPU stores may reach the walks of others later. */
final class StoreBuffersTest {
    /** Every edit is followed by a locked instruction before the policy's flushes. */
    @ParameterizedTest
    @CsvSource({"u4-smp-linear, u4-smp-linear-tso", "u3-xpti-smp, u3-xpti-smp-tso"})
    void noVerdictOfTheCatalogueDependsOnIt(String plain, String buffered) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            assertThat(Table.reduced(policy, Table.universe(buffered)).broken())
                    .as(policy.name())
                    .isEqualTo(Table.reduced(policy, Table.universe(plain)).broken());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOTHING_DRAINS_STORES, u4-smp-linear-tso, P3",
        "NOTHING_DRAINS_STORES, u3-xpti-smp-tso, P2",
        "NOTHING_DRAINS_STORES, u13-types-tso, P1",
        "STAMP_IN_TWO_STEPS, u13-types-tso, P1"
    })
    void aFlushBeforeTheStoreIsSeenIsInVain(Defect defect, String universe, Property property) {
        Universe sound = Table.universe(universe);
        Universe mutant =
                sound.with(
                        universe + " with " + defect,
                        sound.machine().toBuilder().defect(defect).build());

        Cell cell = Checker.check(Table.policy("final"), mutant, CheckOptions.reduced());

        assertThat(Table.reduced(Table.policy("final"), sound).broken()).isEmpty();
        assertThat(cell.broken()).contains(property);
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
    }
}
