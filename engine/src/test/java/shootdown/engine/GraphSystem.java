package shootdown.engine;

import java.util.function.Consumer;

/**
 * A system given by a table. The contents of state n begin with n; edge e of it leads to state
 * {@code edges[n][e]} by step e.
 */
final class GraphSystem implements TransitionSystem {

    private final int[] blockLengths;
    private final long[][] states;
    private final int[][] edges;
    private final long[] stateViolations;
    private final long[][] stepViolations;
    private final int initial;

    GraphSystem(
            int[] blockLengths,
            long[][] states,
            int[][] edges,
            long[] stateViolations,
            long[][] stepViolations,
            int initial) {
        this.blockLengths = blockLengths.clone();
        this.states = states.clone();
        this.edges = edges.clone();
        this.stateViolations = stateViolations.clone();
        this.stepViolations = stepViolations.clone();
        this.initial = initial;
    }

    /** A chain of states, each with one step to the next; nothing is violated. */
    static GraphSystem chain(int length) {
        long[][] states = new long[length][];
        int[][] edges = new int[length][];
        long[][] stepViolations = new long[length][];
        for (int n = 0; n < length; n++) {
            states[n] = new long[] {n, 7};
            edges[n] = n + 1 < length ? new int[] {n + 1} : new int[0];
            stepViolations[n] = new long[edges[n].length];
        }
        int[] lengths = {1, 1};
        return new GraphSystem(lengths, states, edges, new long[length], stepViolations, 1);
    }

    @Override
    public int[] blockLengths() {
        return blockLengths.clone();
    }

    @Override
    public int firstSetBlock() {
        return blockLengths.length;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        for (int n = 0; n < initial; n++) {
            sink.accept(states[n]);
        }
    }

    @Override
    public Expander expander() {
        return new TableExpander();
    }

    @Override
    public int properties() {
        return 3;
    }

    @Override
    public int counters() {
        return 2;
    }

    private final class TableExpander implements Expander {

        private final long[] counters = new long[2];

        @Override
        public long check(long[] state) {
            counters[0]++;
            return stateViolations[(int) state[0]];
        }

        @Override
        public void expand(long[] state, Successors out) {
            int n = (int) state[0];
            for (int e = 0; e < edges[n].length; e++) {
                counters[1] += n;
                out.add(states[edges[n][e]], e, stepViolations[n][e]);
            }
        }

        @Override
        public long[] counters() {
            return counters.clone();
        }
    }
}
