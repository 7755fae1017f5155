package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class KeyLayoutTest {

    @Test
    void packedIdsComeOutAgain() {
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] counts = counts(random, 1 + random.nextInt(12));
            KeyLayout layout = new KeyLayout(counts, random.nextInt(counts.length + 1));
            int[] ids = new int[counts.length];
            for (int b = 0; b < ids.length; b++) {
                ids[b] = 1 + random.nextInt(counts[b]);
            }
            long[] key = new long[layout.words()];
            layout.pack(ids, 0, key, 0);
            int[] unpacked = new int[ids.length];
            layout.unpack(key, 0, unpacked, 0);

            assertThat(unpacked).as("seed " + seed).isEqualTo(ids);
            assertThat(key).as("seed " + seed).doesNotContain(0);
        }
    }

    @Test
    void idsThatExistFitAndMuchGreaterOnesDoNot() {
        KeyLayout layout = new KeyLayout(new int[] {1000, 1000, 1000, 1000}, 4);

        assertThat(layout.words()).isEqualTo(1);
        assertThat(layout.fits(0, 1000)).isTrue();
        assertThat(layout.fits(0, 1 << 16)).isFalse();
    }

    @Test
    void setsBeginAWordOfTheirOwn() {
        KeyLayout layout = new KeyLayout(new int[] {3, 3, 3}, 1);

        assertThat(layout.restWords()).isEqualTo(1);
        assertThat(layout.words()).isEqualTo(2);
    }

    private static int[] counts(SplittableRandom random, int blocks) {
        int[] counts = new int[blocks];
        for (int b = 0; b < blocks; b++) {
            counts[b] = 1 + random.nextInt(1 << random.nextInt(31));
        }
        return counts;
    }
}
