package shootdown.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A random system that is monotone in its second and third block, two sets. A rule leads from one
 * rest to another if its guard is in the sets, and then keeps and adds some bits.
 */
final class MonotoneSystem implements TransitionSystem {

    private static final int BITS = 6;

    private record Rule(
            int number, int to, int set, long guard, long keep, long more, long breaks) {}

    private final int rests;
    private final List<List<Rule>> rules = new ArrayList<>();
    private final long[] forbidden;

    MonotoneSystem(RandomGenerator random, int rests, int rules) {
        this.rests = rests;
        for (int rest = 0; rest < rests; rest++) {
            this.rules.add(new ArrayList<>());
        }
        for (int r = 0; r < rules; r++) {
            this.rules.get(random.nextInt(rests)).add(rule(random, r));
        }
        forbidden = random.longs(rests).map(x -> bits(random, 5)).toArray();
    }

    @Override
    public int[] blockLengths() {
        return new int[] {1, 1, 1};
    }

    @Override
    public int firstSetBlock() {
        return 1;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(new long[] {0, 0b1, 0b10});
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
        return 1;
    }

    private Rule rule(RandomGenerator random, int number) {
        return new Rule(
                number,
                random.nextInt(rests),
                1 + random.nextInt(2),
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

        private final long[] counters = new long[1];

        @Override
        public long check(long[] state) {
            long mask = forbidden[(int) state[0]];
            counters[0]++;
            return ((state[1] & mask) == mask ? 1 : 0) | ((state[2] & mask) == mask ? 2 : 0);
        }

        @Override
        public void expand(long[] state, Successors out) {
            for (Rule rule : rules.get((int) state[0])) {
                if ((state[rule.set] & rule.guard) == rule.guard) {
                    long[] next = state.clone();
                    next[0] = rule.to;
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
