package shootdown.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.Violation;

/** The counts are those of four independent encodings: TLA+, Promela, Murphi and packed Java. */
class SdModelTest {

    private static final SearchOptions PLAIN = SearchOptions.defaults();

    @ParameterizedTest
    @CsvSource({"2, 1, 144577, 640183", "2, 2, 440665, 2866183"})
    void countsAreThoseOfTheOtherEncodings(int frames, int capacity, long states, long generated) {
        for (int threads = 1; threads <= 2; threads++) {
            SdModel model = new SdModel(frames, capacity, false);
            SearchResult result = Search.run(model, PLAIN.withThreads(threads));

            assertThat(result.end()).isEqualTo(End.EXHAUSTED);
            assertThat(result.states()).isEqualTo(states);
            assertThat(result.transitions() + 1).isEqualTo(generated);
            assertThat(result.violations()).isEmpty();
        }
    }

    @Test
    void symmetryOfCpusAndFramesLeavesWhatItShould() {
        SearchResult result = Search.run(new SdModel(3, 1, false), PLAIN.withSymmetry(true));

        assertThat(result.states()).isEqualTo(53_923);
    }

    @Test
    void seededBugTakesSixSteps() {
        SearchOptions options = PLAIN.withStopWhenViolated(1);
        SearchResult result = Search.run(new SdModel(2, 1, true), options);
        Violation violation = result.violation(0).orElseThrow();

        assertThat(result.end()).isEqualTo(End.VIOLATED);
        assertThat(violation.depth()).isEqualTo(6);
        assertThat(violation.states()).hasSize(7);
    }
}
