package shootdown.engine;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A random graph whose states are told apart by three small blocks together, so that what it takes
 * to remember blocks is nothing beside the states. Violations are rare.
 */
final class SplitSystem implements TransitionSystem {

    private static final int CONTENTS = 60;

    private final long seed;
    private final int states;

    SplitSystem(long seed, int states) {
        this.seed = seed;
        this.states = states;
    }

    @Override
    public int[] blockLengths() {
        return new int[] {1, 1, 1};
    }

    @Override
    public int firstSetBlock() {
        return 3;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(state(0));
    }

    @Override
    public int properties() {
        return 3;
    }

    @Override
    public int counters() {
        return 1;
    }

    @Override
    public Expander expander() {
        return new Expander() {

            private final long[] counters = new long[1];

            @Override
            public long check(long[] state) {
                counters[0]++;
                return rare(random(state));
            }

            @Override
            public void expand(long[] state, Successors out) {
                SplittableRandom random = random(state);
                for (int step = random.nextInt(4); step >= 0; step--) {
                    out.add(state(random.nextInt(states)), step, rare(random));
                }
            }

            @Override
            public long[] counters() {
                return counters.clone();
            }
        };
    }

    private long rare(SplittableRandom random) {
        return random.nextInt(states) < 3 ? random.nextLong(8) : 0;
    }

    private SplittableRandom random(long[] state) {
        return new SplittableRandom(seed + state[0] + CONTENTS * (state[1] + CONTENTS * state[2]));
    }

    private static long[] state(int number) {
        return new long[] {
            number % CONTENTS, number / CONTENTS % CONTENTS, number / CONTENTS / CONTENTS
        };
    }
}
