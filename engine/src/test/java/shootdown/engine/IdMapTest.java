package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdMapTest {

    @Test
    void whatHasNoRoomIsForgottenAndTheRestIsKept() {
        MemoryBudget budget = new MemoryBudget(3000);
        IdMap map = new IdMap(budget);
        for (int id = 1; id < 10_000; id++) {
            map.put(id, id + 1);
        }
        assertThat(map.get(1)).isEqualTo(2);
        assertThat(map.get(200)).isEqualTo(201);
        assertThat(map.get(9_999)).isZero();
        assertThat(budget.peakBytes()).isLessThanOrEqualTo(3000);

        map.put(200, 7);
        map.put(1_000_000_000, 7);
        assertThat(map.get(200)).isEqualTo(7);
        assertThat(map.get(1_000_000_000)).isZero();
    }
}
