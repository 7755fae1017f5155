package shootdown.workload.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsesTest {
    private final Uses uses = new Uses(2, 2);

    @Test
    void aUseKnowsTheOneBeforeOnItsCpu() {
        assertThat(uses.next(0, 7)).isEqualTo(new Step.Use(0, 0, 1));
        assertThat(uses.next(1, 7)).isEqualTo(new Step.Use(1, 0, 2));
        assertThat(uses.next(0, 7)).isEqualTo(new Step.Use(0, 1, 3));
    }

    @Test
    void noMoreAreRememberedThanATlbHolds() {
        uses.next(0, 7);
        uses.next(0, 8);
        uses.next(0, 7);
        uses.next(0, 9);

        assertThat(uses.next(0, 7).previous()).isEqualTo(3);
        assertThat(uses.next(0, 8).previous()).isZero();
    }
}
