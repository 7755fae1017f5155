package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget whole = new MemoryBudget(1000);

    @Test
    void closedPartGivesAllBack() {
        MemoryBudget part = whole.part(1);
        part.take(900);
        assertThatExceptionOfType(MemoryExhausted.class).isThrownBy(() -> whole.take(200));
        part.close();
        whole.take(1000);
        assertThat(part.usedBytes()).isZero();
    }

    @Test
    void whatIsThereAnywayLeavesLessForOthers() {
        MemoryBudget part = whole.part(1);
        part.add(1500);
        assertThatExceptionOfType(MemoryExhausted.class).isThrownBy(() -> whole.take(1));
        part.release(1000);
        whole.take(500);
    }

    @Test
    void takesWhatIsLeft() {
        whole.take(700);
        assertThat(whole.takeUpTo(200)).isEqualTo(200);
        assertThat(whole.takeUpTo(200)).isEqualTo(100);
        assertThat(whole.takeUpTo(200)).isZero();
    }

    @Test
    void grownArrayKeepsItsContent() {
        long[] grown = whole.grow(new long[] {}, 2);
        grown[1] = 7;
        assertThat(whole.grow(grown, 3)).containsExactly(0, 7, 0);
        assertThat(whole.usedBytes()).isEqualTo(16 + 3 * Long.BYTES);
    }
}
