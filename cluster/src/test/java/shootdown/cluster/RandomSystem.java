package shootdown.cluster;

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.engine.TransitionSystem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A random system that is monotone in its last two blocks, two sets. A rule leads from one place to
 * another if its guard is in the sets, and then keeps and adds some bits.
 */
final class RandomSystem implements TransitionSystem {
    private static final int BITS = 6;
    private static final int PLACES_OF_A_BLOCK = 8;

    private record Rule(
            int number, int to, int set, long guard, long keep, long more, long breaks) {}

    private final int places;
    private final List<List<Rule>> rules = new ArrayList<>();
    private final long[] forbidden;
    private final int initial;

    RandomSystem(RandomGenerator random, int places, int rules) {
        this.places = places;
        for (int place = 0; place < places; place++) {
            this.rules.add(new ArrayList<>());
        }
        for (int r = 0; r < rules; r++) {
            this.rules.get(random.nextInt(places)).add(rule(random, r));
        }
        forbidden = random.longs(places).map(x -> bits(random, 5)).toArray();
        initial = 1 + random.nextInt(Math.min(places, 3));
    }

    /** Two blocks say the place: one of a word, and one of two. */
    @Override
    public int[] blockLengths() {
        return new int[] {1, 2, 1, 1};
    }

    @Override
    public int firstSetBlock() {
        return 2;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        for (int place = 0; place < initial; place++) {
            sink.accept(state(place, 0b1, 0b10));
        }
    }

    private static long[] state(int place, long first, long second) {
        int low = place % PLACES_OF_A_BLOCK;
        int high = place / PLACES_OF_A_BLOCK;
        return new long[] {low, high, -high, first, second};
    }

    private static int place(long[] state) {
        return (int) (state[1] * PLACES_OF_A_BLOCK + state[0]);
    }

    @Override
    public Expander expander() {
        return new RuleExpander();
    }

    @Override
    public int properties() {
        return 3;
    }

    @Override
    public int counters() {
        return 2;
    }

    private Rule rule(RandomGenerator random, int number) {
        return new Rule(
                number,
                random.nextInt(places),
                3 + random.nextInt(2),
                random.nextInt(3) == 0 ? bits(random, 1) : 0,
                ~bits(random, 2),
                bits(random, 1),
                random.nextInt(8) == 0 ? 0b100 : 0);
    }

    private static long bits(RandomGenerator random, int most) {
        long bits = 0;
        for (int i = 0; i < most; i++) {
            bits |= 1L << random.nextInt(BITS);
        }
        return bits;
    }

    private final class RuleExpander implements Expander {
        private final long[] counters = new long[2];

        @Override
        public long check(long[] state) {
            long mask = forbidden[place(state)];
            counters[0]++;
            return ((state[3] & mask) == mask ? 1 : 0) | ((state[4] & mask) == mask ? 2 : 0);
        }

        @Override
        public void expand(long[] state, Successors out) {
            for (Rule rule : rules.get(place(state))) {
                if ((state[rule.set] & rule.guard) == rule.guard) {
                    counters[1] += rule.number;
                    long[] next = state(rule.to, state[3], state[4]);
                    next[rule.set] = (next[rule.set] & rule.keep) | rule.more;
                    out.add(next, rule.number, rule.guard != 0 ? rule.breaks : 0);
                }
            }
        }

        @Override
        public long[] counters() {
            return counters.clone();
        }
    }
}
