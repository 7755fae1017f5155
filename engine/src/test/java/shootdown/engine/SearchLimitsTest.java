package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static shootdown.engine.SearchAssertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** How a search ends before it has seen everything. */
class SearchLimitsTest {

    private static final SearchOptions PLAIN = SearchOptions.defaults();

    /** A tree without end: state (word 0, word 1) has a child for each step. */
    private static final class EndlessTree implements TransitionSystem {

        private final int degree;
        private final long failAt;

        EndlessTree(int degree, long failAt) {
            this.degree = degree;
            this.failAt = failAt;
        }

        @Override
        public int[] blockLengths() {
            return new int[] {1, 1};
        }

        @Override
        public int firstSetBlock() {
            return 2;
        }

        @Override
        public void initialStates(Consumer<long[]> sink) {
            sink.accept(new long[] {1, 0});
        }

        @Override
        public Expander expander() {
            return new Expander() {
                @Override
                public long check(long[] state) {
                    return state[0] > 1000 ? 1 : 0;
                }

                @Override
                public void expand(long[] state, Successors out) {
                    if (state[0] == failAt) {
                        throw new IllegalStateException("at " + failAt);
                    }
                    for (int step = 0; step < degree; step++) {
                        out.add(new long[] {state[0] * degree + step, step}, step, 0);
                    }
                }

                @Override
                public long[] counters() {
                    return new long[0];
                }
            };
        }

        @Override
        public int properties() {
            return 1;
        }

        @Override
        public int counters() {
            return 0;
        }
    }

    private static final EndlessTree TREE = new EndlessTree(3, -1);

    @Test
    void stateLimitCutsAtExactlyThatManyStates() {
        for (long limit : new long[] {1, 2, 3, 4, 5, 100, 16_385, 50_000, 70_001}) {
            SearchResult result = Search.run(TREE, PLAIN.withMaxStates(limit));

            assertThat(result.end()).isEqualTo(End.STATE_LIMIT);
            assertThat(result.states()).isEqualTo(limit);
        }
    }

    @Test
    void stateLimitThatIsJustEnoughIsNoLimit() {
        SearchResult result = Search.run(GraphSystem.chain(100), PLAIN.withMaxStates(100));

        assertThat(result.end()).isEqualTo(End.EXHAUSTED);
    }

    @Test
    void stateLimitCutsAtTheSameStateForAnyNumberOfThreads() {
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GraphSystem system = RandomSystems.graph(random, 40_000);
            SearchOptions options = PLAIN.withMaxStates(1 + random.nextInt(30_000));
            SearchResult alone = Search.run(system, options);
            for (int threads = 2; threads <= 3; threads++) {
                assertSame("seed " + seed, Search.run(system, options.withThreads(threads)), alone);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void cancelledSearchReturnsWhatItFound(int threads) {
        AtomicInteger polls = new AtomicInteger();
        SearchOptions options =
                PLAIN.withThreads(threads).withCancelled(() -> polls.incrementAndGet() > 5000);
        SearchResult result = Search.run(TREE, options);

        assertThat(result.end()).isEqualTo(End.CANCELLED);
        assertThat(result.states()).isPositive();
        assertThat(result.violation(0)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100_000, 1_000_000, 3_000_000, 20_000_000})
    void memoryLimitEndsTheSearchAndIsKept(long limit) {
        for (int threads = 1; threads <= 3; threads++) {
            SearchOptions options = PLAIN.withThreads(threads).withMemoryBytes(limit);
            SearchResult result = Search.run(TREE, options);

            assertThat(result.end()).isEqualTo(End.MEMORY_LIMIT);
            assertThat(result.storeBytes()).isLessThanOrEqualTo(limit);
            if (limit >= 3_000_000) {
                assertThat(result.states()).isGreaterThan(limit / 200);
                assertThat(result.violation(0)).isPresent();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void exceptionOfAnExpanderReachesTheCallerUnchanged(int threads) {
        for (long failAt : new long[] {1, 5, 100, 30_000}) {
            EndlessTree tree = new EndlessTree(3, failAt);
            assertThatThrownBy(() -> Search.run(tree, PLAIN.withThreads(threads)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("at " + failAt)
                    .hasNoCause();
        }
        assertThat(searchThreads()).isZero();
    }

    @Test
    void threadsEndWithTheSearch() {
        Search.run(TREE, PLAIN.withThreads(4).withMaxStates(100_000));

        assertThat(searchThreads()).isZero();
    }

    @Test
    void stoppingAtAPropertyThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> Search.run(TREE, PLAIN.withStopWhenViolated(0b10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void progressIsTold() {
        AtomicLong last = new AtomicLong();
        SearchOptions options =
                PLAIN.withMaxStates(1_000_000)
                        .withProgress((states, transitions, depth, frontier) -> last.set(states));
        Search.run(TREE, options);

        assertThat(last).hasPositiveValue();
    }

    private static long searchThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("shootdown-search"))
                .count();
    }
}
