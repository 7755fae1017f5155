package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class SearchTest {

    @Test
    void stateWithoutSuccessorsIsADeadEndAndNoError() {
        SearchResult result = Search.run(chain(1), SearchOptions.defaults());

        assertThat(result.end()).isEqualTo(End.EXHAUSTED);
        assertThat(result.states()).isEqualTo(1);
        assertThat(result.transitions()).isZero();
        assertThat(result.depth()).isZero();
        assertThat(result.frontiers()).containsExactly(1);
    }

    @Test
    void chainIsAsDeepAsItIsLong() {
        SearchResult result = Search.run(chain(1000), SearchOptions.defaults());

        assertThat(result.states()).isEqualTo(1000);
        assertThat(result.transitions()).isEqualTo(999);
        assertThat(result.depth()).isEqualTo(999);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomGraphsAreSearchedAsByTheTextbook(int threads) {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GraphSystem system =
                    RandomSystems.graph(random, 1 + random.nextInt(seed < 250 ? 60 : 4000));
            assertLikeTextbook("seed " + seed, system, threads);
        }
    }

    static void assertLikeTextbook(String name, TransitionSystem system, int threads) {
        NaiveSearch naive = new NaiveSearch(system);
        naive.run();
        SearchResult result = Search.run(system, SearchOptions.defaults().withThreads(threads));

        assertThat(result.end()).as(name).isEqualTo(End.EXHAUSTED);
        assertThat(result.states()).as(name).isEqualTo(naive.states());
        assertThat(result.transitions()).as(name).isEqualTo(naive.transitions);
        assertThat(result.depth()).as(name).isEqualTo(naive.depth());
        assertThat(result.counters()[0]).as(name).isEqualTo(naive.states());
        assertThat(Arrays.stream(result.frontiers()).sum()).as(name).isEqualTo(naive.states());
        for (int property = 0; property < system.properties(); property++) {
            NaiveSearch.Found found = naive.found.get(property);
            assertThat(result.violation(property).isPresent()).as(name).isEqualTo(found != null);
            if (found != null) {
                Violation violation = result.violation(property).orElseThrow();
                List<long[]> path = naive.states(found.node());
                assertThat(violation.depth()).as(name).isEqualTo(found.depth());
                assertThat(violation.lastStep()).as(name).isEqualTo(found.step());
                assertThat(violation.states())
                        .as(name)
                        .usingElementComparator(Arrays::compare)
                        .containsExactlyElementsOf(path);
            }
        }
    }

    private static GraphSystem chain(int length) {
        long[][] states = new long[length][];
        int[][] edges = new int[length][];
        long[][] stepViolations = new long[length][];
        for (int n = 0; n < length; n++) {
            states[n] = new long[] {n, 7};
            edges[n] = n + 1 < length ? new int[] {n + 1} : new int[0];
            stepViolations[n] = new long[edges[n].length];
        }
        return new GraphSystem(
                new int[] {1, 1}, 2, states, edges, new long[length], stepViolations, 1);
    }
}
