package shootdown.engine;

import java.util.function.Consumer;

/**
 * A system given by a table: state n is the block contents of {@code states[n]}, edge e of it leads
 * to {@code edges[n][e]} by step {@code e}.
 */
final class GraphSystem implements TransitionSystem {

    private final int[] blockLengths;
    private final int firstSetBlock;
    private final long[][] states;
    private final int[][] edges;
    private final long[] stateViolations;
    private final long[][] stepViolations;
    private final int initial;

    GraphSystem(
            int[] blockLengths,
            int firstSetBlock,
            long[][] states,
            int[][] edges,
            long[] stateViolations,
            long[][] stepViolations,
            int initial) {
        this.blockLengths = blockLengths.clone();
        this.firstSetBlock = firstSetBlock;
        this.states = states.clone();
        this.edges = edges.clone();
        this.stateViolations = stateViolations.clone();
        this.stepViolations = stepViolations.clone();
        this.initial = initial;
    }

    @Override
    public int[] blockLengths() {
        return blockLengths.clone();
    }

    @Override
    public int firstSetBlock() {
        return firstSetBlock;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        for (int n = 0; n < initial; n++) {
            sink.accept(states[n]);
        }
    }

    @Override
    public Expander expander() {
        return new Expander() {
            private final long[] counters = new long[2];

            @Override
            public long check(long[] state) {
                counters[0]++;
                return stateViolations[number(state)];
            }

            @Override
            public void expand(long[] state, Successors out) {
                int n = number(state);
                for (int e = 0; e < edges[n].length; e++) {
                    counters[1] += n;
                    out.add(states[edges[n][e]], e, stepViolations[n][e]);
                }
            }

            @Override
            public long[] counters() {
                return counters.clone();
            }
        };
    }

    @Override
    public int properties() {
        return 3;
    }

    @Override
    public int counters() {
        return 2;
    }

    /** Each state carries its number in the first word. */
    private static int number(long[] state) {
        return (int) state[0];
    }
}
