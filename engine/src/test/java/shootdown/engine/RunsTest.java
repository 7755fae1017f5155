package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class RunsTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void exactlyTheStatesThatAreInARunAreFlagged(int words) {
        SplittableRandom random = new SplittableRandom(words);
        Runs runs = new Runs(folder);
        Set<List<Long>> written = new HashSet<>();
        for (int round = 0; round < 30; round++) { // more than are merged to one
            long[][] keys = keys(random, words);
            ExactSet set = new ExactSet(words);
            set.add(keys);
            runs.flag(set.states, words - 1);

            for (long[] key : keys) {
                assertThat(set.isFlagged(key))
                        .as("seed " + words)
                        .isEqualTo(written.contains(list(key)));
            }
            runs.write(set.states, words - 1);
            Arrays.stream(keys).map(RunsTest::list).forEach(written::add);
        }
        assertThat(runs.all()).hasSizeLessThan(30);
    }

    private static long[][] keys(SplittableRandom random, int words) {
        long[][] keys = new long[1000][words];
        for (long[] key : keys) {
            Arrays.setAll(key, w -> 1 + random.nextLong(w == 0 ? 20_000 : 2));
        }
        return keys;
    }

    private static List<Long> list(long[] key) {
        return Arrays.stream(key).boxed().toList();
    }
}
