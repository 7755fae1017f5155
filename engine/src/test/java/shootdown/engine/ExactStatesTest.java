package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class ExactStatesTest {

    private static final int CANDIDATES = 500;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void candidateIsNewExactlyTheFirstTime(int words) {
        SplittableRandom random = new SplittableRandom(words);
        ExactSet set = new ExactSet(words);
        Set<List<Long>> naive = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            long[][] keys = new long[CANDIDATES][words];
            for (long[] key : keys) {
                Arrays.setAll(key, w -> 1 + random.nextLong(w == 0 ? 30_000 : 3));
            }
            boolean[] expected = new boolean[CANDIDATES];
            for (int c = 0; c < CANDIDATES; c++) {
                expected[c] = naive.add(Arrays.stream(keys[c]).boxed().toList());
            }

            assertThat(set.add(keys)).as("seed " + words).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 40, 60})
    void keysThatDifferInFewBitsAreToldApart(int shift) {
        ExactSet set = new ExactSet(1);
        for (int round = 0; round < 2; round++) {
            for (long from = 0; from < 100_000; from += CANDIDATES) {
                long[][] keys = new long[CANDIDATES][1];
                for (int c = 0; c < CANDIDATES; c++) {
                    keys[c][0] = Long.rotateLeft(from + c + 1, shift);
                }

                assertThat(set.add(keys)).containsOnly(round == 0);
            }
        }
    }

    /** A set of keys that are given as words. */
    private static final class ExactSet {

        private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
        private final KeyLayout layout;
        private final ExactStates states;
        private final Share all = new Share(0, 1, budget);

        ExactSet(int words) {
            int[] counts = new int[2 * words];
            Arrays.fill(counts, Integer.MAX_VALUE);
            layout = new KeyLayout(counts, counts.length);
            assertThat(layout.words()).isEqualTo(words);
            states = new ExactStates(layout, budget);
        }

        /** Returns for each key whether it was new. */
        boolean[] add(long[][] keys) {
            Chunk chunk = new Chunk(1, 1, budget);
            chunk.reset(0, 0);
            while (chunk.size < keys.length) {
                chunk.reserve();
                chunk.size++;
            }
            chunk.keys = Arrays.stream(keys).flatMapToLong(Arrays::stream).toArray();
            states.mark(chunk);
            states.merge(chunk, all);
            boolean[] added = new boolean[keys.length];
            for (int c = 0; c < added.length; c++) {
                added[c] = chunk.marks[c] == Chunk.NEW;
            }
            return added;
        }
    }
}
