package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Driver;
import shootdown.checker.Property;
import shootdown.checker.Universes;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation;
import shootdown.policy.Final;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

class ComposerTest {
    private static final List<Blueprint> PLANS =
            LongStream.range(0, 300)
                    .mapToObj(number -> Composer.compose(Dice.of(5, number), Set.of()))
                    .toList();

    @Test
    void sameDiceMakeTheSameUniverse() {
        assertThat(Composer.compose(Dice.of(5, 17), Set.of())).isEqualTo(PLANS.get(17));
    }

    @Test
    void everyFirstStateIsLegal() {
        for (Blueprint plan : PLANS.subList(0, 100)) {
            Driver driver = new Driver(new Final(), plan.universe("first"));
            assertThat(Property.in(driver.judge(driver.firstState()))).isEmpty();
        }
    }

    /** Nothing of the model is out of reach. */
    @Test
    void everySwitchAndEveryNumberOfCpusComes() {
        Set<Switch> switches = EnumSet.noneOf(Switch.class);
        PLANS.forEach(plan -> switches.addAll(plan.switches()));
        assertThat(switches).containsExactlyInAnyOrder(Switch.values());
        assertThat(PLANS.stream().map(Blueprint::cpus).distinct())
                .containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void operationsOfEveryUniverseCome() {
        Set<Class<?>> kinds =
                PLANS.stream()
                        .flatMap(plan -> plan.operations().stream())
                        .map(Allowed::operation)
                        .map(Operation::getClass)
                        .collect(Collectors.toSet());
        Set<Class<?>> known =
                Universes.all().stream()
                        .flatMap(universe -> universe.machine().operations().stream())
                        .map(Allowed::operation)
                        .map(Operation::getClass)
                        .collect(Collectors.toSet());
        known.remove(Operation.GuestRead.class); // names an address only, as tracking does
        assertThat(kinds).containsAll(known);
    }
}
