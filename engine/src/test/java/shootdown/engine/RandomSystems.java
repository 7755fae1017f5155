package shootdown.engine;

import java.util.random.RandomGenerator;

/** Random small systems. */
final class RandomSystems {

    private static final int[] BLOCKS = {1, 2, 3};

    private RandomSystems() {}

    /** A graph whose states share blocks; a third of all edges come from dead ends. */
    static GraphSystem graph(RandomGenerator random, int states) {
        long[][] contents = new long[states][6];
        for (int n = 0; n < states; n++) {
            contents[n][0] = n;
            for (int w = 1; w < 6; w++) {
                contents[n][w] = random.nextInt(3);
            }
        }
        int[][] edges = new int[states][];
        long[] stateViolations = new long[states];
        long[][] stepViolations = new long[states][];
        for (int n = 0; n < states; n++) {
            int degree = random.nextInt(6);
            edges[n] = random.ints(degree, 0, states).toArray();
            stepViolations[n] = new long[degree];
            for (int e = 0; e < degree; e++) {
                stepViolations[n][e] = rareBits(random, states);
            }
            stateViolations[n] = rareBits(random, states);
        }
        int initial = Math.min(states, 1 + random.nextInt(3));
        return new GraphSystem(
                BLOCKS, 3, contents, edges, stateViolations, stepViolations, initial);
    }

    private static long rareBits(RandomGenerator random, int states) {
        return random.nextInt(2 + states / 4) == 0 ? random.nextInt(8) : 0;
    }
}
