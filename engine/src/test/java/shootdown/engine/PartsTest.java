package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.engine.SearchAssertions.assertLikeTextbook;
import static shootdown.engine.SearchAssertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Systems that are asked part by part. */
class PartsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void systemsOfPartsAreSearchedAsByTheTextbook(int threads) {
        for (int seed = 0; seed < 40; seed++) {
            PartedSystem system = new PartedSystem(seed, 2 + seed % 2, true);
            assertLikeTextbook("seed " + seed, system, threads);
        }
    }

    @Test
    void partsThatDoNotTellWhatTheyLookAtAreFoundOut() {
        int found = 0;
        for (int seed = 0; seed < 40; seed++) {
            try {
                Search.run(new PartedSystem(seed, 2, false), SearchOptions.defaults());
            } catch (IllegalStateException wrong) {
                assertThat(wrong).hasMessageContaining("recalled wrongly");
                found++;
            }
        }
        assertThat(found).isGreaterThan(20);
    }

    @Test
    void answersThatHaveNoRoomAreAskedAgain() {
        for (int seed = 0; seed < 40; seed++) {
            PartedSystem system = new PartedSystem(seed, 3, true);
            SearchResult ample = Search.run(system, SearchOptions.defaults());
            SearchOptions scarce = SearchOptions.defaults().withMemoryBytes(4 * ample.storeBytes());
            assertSame("seed " + seed, Search.run(system, scarce), ample);
        }
    }
}
