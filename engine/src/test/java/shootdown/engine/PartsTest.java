package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.engine.SearchAssertions.assertLikeTextbook;
import static shootdown.engine.SearchAssertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Systems that are asked part by part. */
class PartsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void systemsOfPartsAreSearchedAsByTheTextbook(int threads) {
        for (int seed = 0; seed < 40; seed++) {
            PartedSystem system = new PartedSystem(seed, 2 + seed % 2, PartedSystem.Honesty.ALL);
            assertLikeTextbook("seed " + seed, system, threads);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALL_BUT_JUDGING", "NOTHING"})
    void partsThatDoNotTellWhatTheyLookAtAreFoundOut(PartedSystem.Honesty honesty) {
        int found = 0;
        for (int seed = 0; seed < 40; seed++) {
            try {
                Search.run(new PartedSystem(seed, 2, honesty), SearchOptions.defaults());
            } catch (UntoldLook wrong) {
                found++;
            }
        }
        assertThat(found).isGreaterThan(10);
    }

    @Test
    void answersThatHaveNoRoomAreAskedAgain() {
        for (int seed = 0; seed < 40; seed++) {
            PartedSystem system = new PartedSystem(seed, 3, PartedSystem.Honesty.ALL);
            SearchResult ample = Search.run(system, SearchOptions.defaults());
            SearchOptions scarce = SearchOptions.defaults().withMemoryBytes(4 * ample.storeBytes());
            assertSame("seed " + seed, Search.run(system, scarce), ample);
        }
    }
}
