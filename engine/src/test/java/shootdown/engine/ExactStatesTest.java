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
}
