package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Entries;
import shootdown.checker.Property;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.policy.None;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

class HuntTest {
    private static final long ALL = Target.mask(Property.byDefault());

    /** Reads only name addresses, so there is no step at all. */
    @Test
    void walksEndWhereNobodyCanGoOn() {
        Blueprint plain =
                LongStream.range(0, 100)
                        .mapToObj(number -> Composer.compose(Dice.of(5, number), Set.of()))
                        .filter(plan -> plan.switches().isEmpty() && plan.domains().size() == 1)
                        .findFirst()
                        .orElseThrow();
        Allowed read = new Allowed(new GuestRead(Entries.va(0, 0, 0, 0)), -1L);
        Blueprint dead = plain.withOperations(List.of(read));
        Hunt hunt = new Hunt(new None(), dead.universe("dead"), new Dice(1), () -> false);
        assertThat(hunt.run(ALL)).isNull();
        assertThat(hunt.steps()).isZero();
    }
}
