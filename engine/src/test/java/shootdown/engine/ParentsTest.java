package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

class ParentsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 200_000})
    void parentsComeOutAgain(int mostChildren) {
        SplittableRandom random = new SplittableRandom(mostChildren);
        Parents parents = new Parents(new MemoryBudget(Long.MAX_VALUE));
        int[] expected = new int[300_000];
        int parent = StateLog.NO_PARENT;
        for (int n = 0; n < expected.length; n++) {
            boolean next = parent < n - 1 && random.nextInt(mostChildren) == 0;
            parent += next ? 1 + random.nextInt(n - 1 - parent) / 2 : 0;
            expected[n] = parent;
            parents.append(parent);
        }
        for (int n = 0; n < expected.length; n++) {
            assertThat(parents.parent(n)).isEqualTo(expected[n]);
        }
    }
}
