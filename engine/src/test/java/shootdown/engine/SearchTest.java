package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.engine.SearchAssertions.assertLikeTextbook;
import static shootdown.engine.SearchAssertions.assertSame;
import static shootdown.engine.SearchAssertions.assertSameVerdicts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

/** What a search finds. */
class SearchTest {

    private static final SearchOptions PLAIN = SearchOptions.defaults();

    @Test
    void stateWithoutSuccessorsIsADeadEndAndNoError() {
        SearchResult result = Search.run(GraphSystem.chain(1), PLAIN);

        assertThat(result.end()).isEqualTo(End.EXHAUSTED);
        assertThat(result.states()).isEqualTo(1);
        assertThat(result.transitions()).isZero();
        assertThat(result.depth()).isZero();
        assertThat(result.frontiers()).containsExactly(1);
        assertThat(result.violations()).isEmpty();
    }

    @Test
    void chainIsAsDeepAsItIsLong() {
        SearchResult result = Search.run(GraphSystem.chain(1000), PLAIN);

        assertThat(result.states()).isEqualTo(1000);
        assertThat(result.transitions()).isEqualTo(999);
        assertThat(result.depth()).isEqualTo(999);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomGraphsAreSearchedAsByTheTextbook(int threads) {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int states = 1 + random.nextInt(seed < 280 ? 60 : 5000);
            GraphSystem system = RandomSystems.graph(random, states);
            assertLikeTextbook("seed " + seed, system, threads);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void levelOfManyRoundsIsSearchedAsByTheTextbook(int threads) {
        SplittableRandom random = new SplittableRandom(77);
        assertLikeTextbook("seed 77", RandomSystems.graph(random, 120_000), threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void keysGrowFromOneWordToSeveralWithoutLoss(int threads) {
        for (int blocks = 5; blocks <= 14; blocks += 3) {
            SplittableRandom random = new SplittableRandom(blocks);
            GraphSystem system = RandomSystems.graphOfDistinctBlocks(random, 20_000, blocks);
            assertLikeTextbook("seed and blocks " + blocks, system, threads);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void coveringChangesNeitherVerdictsNorDepths(int threads) {
        long fewer = 0;
        long violated = 0;
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MonotoneSystem system =
                    new MonotoneSystem(random, 1 + random.nextInt(8), 5 + random.nextInt(20));
            SearchResult plain = Search.run(system, PLAIN);
            SearchResult covered =
                    Search.run(system, PLAIN.withCovering(true).withThreads(threads));

            assertSameVerdicts("seed " + seed, covered, plain);
            assertThat(covered.states()).as("seed " + seed).isLessThanOrEqualTo(plain.states());
            fewer += plain.states() - covered.states();
            violated += plain.violations().size();
        }
        assertThat(fewer).isPositive();
        assertThat(violated).isPositive();
    }

    @Test
    void coveringIsTheSameForAnyNumberOfThreads() {
        for (int seed = 0; seed < 10; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MonotoneSystem system = new MonotoneSystem(random, 300, 900);
            SearchOptions options = PLAIN.withCovering(true).withMaxStates(30_000);
            SearchResult alone = Search.run(system, options);
            for (int threads = 2; threads <= 3; threads++) {
                SearchResult together = Search.run(system, options.withThreads(threads));
                assertSame("seed " + seed, together, alone);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void symmetryKeepsVerdictsAndOneStateOfEachOrbit(int threads) {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SymmetricSystem system =
                    new SymmetricSystem(random, 3 + random.nextInt(6), 1 + random.nextInt(4));
            SearchResult plain = Search.run(system, PLAIN);
            SearchResult reduced =
                    Search.run(system, PLAIN.withSymmetry(true).withThreads(threads));

            assertSameVerdicts("seed " + seed, reduced, plain);
            assertThat(reduced.depth()).as("seed " + seed).isEqualTo(plain.depth());
            NaiveSearch naive = new NaiveSearch(system);
            naive.run();
            Canonical canonical = new Canonical(system, true, 4);
            assertThat(reduced.states())
                    .as("seed " + seed)
                    .isEqualTo(naive.orbits(state -> canonical.of(state).clone()));
        }
    }

    @Test
    void earlyStopFindsTheSameViolationsAsTheWholeSearch() {
        int early = 0;
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GraphSystem system = RandomSystems.graph(random, 1 + random.nextInt(300));
            SearchResult whole = Search.run(system, PLAIN);
            SearchResult stopped = Search.run(system, PLAIN.withStopWhenViolated(0b010));

            assertThat(stopped.violation(1).map(Violation::depth))
                    .isEqualTo(whole.violation(1).map(Violation::depth));
            assertThat(stopped.violation(1).map(Violation::lastStep))
                    .isEqualTo(whole.violation(1).map(Violation::lastStep));
            early += stopped.end() == End.VIOLATED ? 1 : 0;
        }
        assertThat(early).isPositive();
    }
}
