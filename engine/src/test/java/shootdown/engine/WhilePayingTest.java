package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WhilePayingTest {

    private static final int WINDOW = 8;

    private final Chunk chunk = new Chunk(1, 1, new MemoryBudget(1 << 20));
    private final Counting recall = new Counting();
    private final Counting direct = new Counting();
    private long asked;
    private final WhilePaying both = new WhilePaying(recall, () -> asked, () -> direct, WINDOW);

    @Test
    void recallsWhileFewStatesAsk() {
        expand(5 * WINDOW, 0.5);

        assertThat(recall.states).isEqualTo(5 * WINDOW);
        assertThat(direct.states).isZero();
    }

    @Test
    void takesAllStepsOnceMostStatesHaveAsked() {
        expand(WINDOW, 0.25);
        expand(WINDOW, 1);
        expand(WINDOW, 0);

        assertThat(recall.states).isEqualTo(2 * WINDOW);
        assertThat(direct.states).isEqualTo(WINDOW);
    }

    @Test
    void whatEitherHasCountedIsCounted() {
        expand(WINDOW + 3, 1);

        long[] sums = {100};
        both.addCounters(sums);

        assertThat(sums[0]).isEqualTo(100 + WINDOW + 3);
    }

    private void expand(int states, double questions) {
        for (int s = 1; s <= states; s++) {
            asked += (long) (s * questions) - (long) ((s - 1) * questions);
            both.readAhead(new int[1]);
            both.expand(new int[1], chunk, 0);
        }
    }

    /** Counts the states that it was given. */
    private static final class Counting implements Expansion {
        private int states;

        @Override
        public void expand(int[] ids, Chunk into, int place) {
            states++;
        }

        @Override
        public void addCounters(long[] sums) {
            sums[0] += states;
        }
    }
}
