package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Set;

/**
 * Searches of several CPUs recall what a CPU does wherever it would see the same. With assertions
 * on, each answer that is recalled is compared with one that is asked anew; here in machines that
 * nobody has made up with that in mind. {@code -Drecalled.machines} and {@code -Drecalled.states}
 * make a longer run of it.
 */
final class RecalledAnswersTest {
    private static final int MACHINES = Integer.getInteger("recalled.machines", 40);
    private static final int STATES = Integer.getInteger("recalled.states", 400);
    private static final int FIRST = Integer.getInteger("recalled.first", 0);

    @Test
    void areThoseOfTheWholeInMachinesThatNobodyHasMadeUp() {
        assertThat(getClass().desiredAssertionStatus()).as("java -ea").isTrue();
        List<CatalogueEntry> policies = Catalogue.entries();
        int machines = 0;
        long transitions = 0;
        for (int round = FIRST; machines < MACHINES; round++) {
            Blueprint plan = Composer.compose(Dice.of(8, round), Set.of());
            if (plan.cpus() == 1 || plan.switches().contains(Switch.STORE_BUFFERS)) {
                continue; // searched as a whole
            }
            machines++;
            CheckOptions plain =
                    CheckOptions.plain()
                            .withSearch(CheckOptions.plain().search().withMaxStates(STATES));
            CatalogueEntry policy = policies.get(round % policies.size());
            Cell cell = Checker.check(policy, plan.universe(Round.name(round)), plain);
            transitions += cell.transitions();
        }
        assertThat(transitions).isGreaterThan(100L * MACHINES);
    }
}
