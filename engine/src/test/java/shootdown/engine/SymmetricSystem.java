package shootdown.engine;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Three processes that are alike, and a shared word, with random tables of what each may do. */
final class SymmetricSystem implements TransitionSystem {

    private static final int[][] ORDERS = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
    };
    private static final int CHOICES = 2;

    private final int shared;
    private final int[] nextLocal;
    private final int[] nextShared;
    private final int forbidden;

    SymmetricSystem(RandomGenerator random, int locals, int shared) {
        this.shared = shared;
        int entries = locals * shared * CHOICES;
        nextLocal = random.ints(entries, 0, locals).toArray();
        nextShared = random.ints(entries, 0, shared).toArray();
        forbidden = random.nextInt(locals);
    }

    @Override
    public int[] blockLengths() {
        return new int[] {1, 1, 1, 1};
    }

    @Override
    public int firstSetBlock() {
        return 4;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(new long[] {0, 0, 0, 0});
    }

    @Override
    public int permutations() {
        return ORDERS.length;
    }

    @Override
    public void permute(long[] state, int permutation, long[] out) {
        for (int i = 0; i < 3; i++) {
            out[i] = state[ORDERS[permutation][i]];
        }
        out[3] = state[3];
    }

    @Override
    public Expander expander() {
        return new ProcessExpander();
    }

    @Override
    public int properties() {
        return 1;
    }

    @Override
    public int counters() {
        return 1;
    }

    private final class ProcessExpander implements Expander {

        private final long[] counters = new long[1];

        @Override
        public long check(long[] state) {
            counters[0]++;
            boolean all = state[0] == forbidden && state[1] == forbidden && state[2] == forbidden;
            return all ? 1 : 0;
        }

        @Override
        public void expand(long[] state, Successors out) {
            for (int process = 0; process < 3; process++) {
                for (int choice = 0; choice < CHOICES; choice++) {
                    int entry = (int) ((state[process] * shared + state[3]) * CHOICES + choice);
                    long[] next = state.clone();
                    next[process] = nextLocal[entry];
                    next[3] = nextShared[entry];
                    out.add(next, process * CHOICES + choice, 0);
                }
            }
        }

        @Override
        public long[] counters() {
            return counters.clone();
        }
    }
}
