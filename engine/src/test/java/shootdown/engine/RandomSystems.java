package shootdown.engine;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random small systems. */
final class RandomSystems {

    private RandomSystems() {}

    /** A graph whose states share blocks. Some states are dead ends. */
    static GraphSystem graph(RandomGenerator random, int states) {
        return graph(random, states, new int[] {1, 2, 3}, 3);
    }

    /** A graph in which every block takes a content of its own in every state. */
    static GraphSystem graphOfDistinctBlocks(RandomGenerator random, int states, int blocks) {
        int[] lengths = new int[blocks];
        Arrays.fill(lengths, 1);
        return graph(random, states, lengths, Integer.MAX_VALUE);
    }

    private static GraphSystem graph(
            RandomGenerator random, int states, int[] lengths, int contents) {
        int length = Arrays.stream(lengths).sum();
        long[][] content = new long[states][length];
        int[][] edges = new int[states][];
        long[] stateViolations = new long[states];
        long[][] stepViolations = new long[states][];
        for (int n = 0; n < states; n++) {
            content[n][0] = n;
            for (int w = 1; w < length; w++) {
                content[n][w] = random.nextInt(contents);
            }
            int degree = random.nextInt(6);
            edges[n] = random.ints(degree, 0, states).toArray();
            stepViolations[n] = new long[degree];
            for (int e = 0; e < degree; e++) {
                stepViolations[n][e] = rareBits(random, states);
            }
            stateViolations[n] = rareBits(random, states);
        }
        int initial = Math.min(states, 1 + random.nextInt(3));
        return new GraphSystem(lengths, content, edges, stateViolations, stepViolations, initial);
    }

    private static long rareBits(RandomGenerator random, int states) {
        return random.nextInt(2 + states / 4) == 0 ? random.nextInt(8) : 0;
    }
}
