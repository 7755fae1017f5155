package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

class LastCandidatesTest {

    private static final KeyLayout ONE_WORD = layout(1, 3);
    private static final KeyLayout TWO_WORDS = layout(2, Integer.MAX_VALUE);

    private final LastCandidates last = new LastCandidates(new MemoryBudget(1 << 20));

    @BeforeEach
    void begin() {
        last.begin(1000);
        last.use(ONE_WORD);
    }

    @Test
    void keyIsMetOnceItWasThere() {
        assertThat(last.meet(new long[] {7}, 0)).isFalse();
        assertThat(last.meet(new long[] {7}, 0)).isTrue();
        assertThat(last.meet(new long[] {8}, 0)).isFalse();
    }

    @Test
    void keysThatDifferInAnyWordAreDifferent() {
        last.use(TWO_WORDS);

        assertThat(last.meet(new long[] {7, 1}, 0)).isFalse();
        assertThat(last.meet(new long[] {7, 2}, 0)).isFalse();
        assertThat(last.meet(new long[] {6, 2}, 0)).isFalse();
        assertThat(last.meet(new long[] {0, 6, 2}, 1)).isTrue();
    }

    /** A round may be made again, as if what it met had not been. */
    @Test
    void roundBeginsWithNothing() {
        last.meet(new long[] {7}, 0);

        last.begin(1000);
        last.use(ONE_WORD);

        assertThat(last.meet(new long[] {7}, 0)).isFalse();
    }

    /** The same words are another key then. */
    @Test
    void whatWasMetWithAnotherLayoutIsForgotten() {
        last.meet(new long[] {7}, 0);

        last.use(layout(1, 5));

        assertThat(last.meet(new long[] {7}, 0)).isFalse();
    }

    @Test
    void smallRoundsGetFewSlotsAndForgetTheEarlierOfTwo() {
        last.begin(0);
        last.use(ONE_WORD);

        assertThat(last.meet(new long[] {7}, 0)).isFalse();
        assertThat(last.meet(new long[] {8}, 0)).isFalse();
        assertThat(last.meet(new long[] {7}, 0)).isFalse();
    }

    private static KeyLayout layout(int words, int ids) {
        int[] counts = new int[words * 2];
        Arrays.fill(counts, ids);
        return new KeyLayout(counts, counts.length);
    }
}
