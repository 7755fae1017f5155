package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.engine.SearchAssertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A search in a folder finds the same as one in memory. */
class SearchFolderTest {

    private static final SearchOptions PLAIN = SearchOptions.defaults();

    @TempDir private Path temporary;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void searchInAFolderFindsTheSame(int threads) {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GraphSystem system = RandomSystems.graph(random, 1 + random.nextInt(3000));
            SearchOptions options = PLAIN.withStopWhenViolated(random.nextInt(4) == 0 ? 1 : 0);
            try (SearchFolder folder = folder(Duration.ofDays(1), false)) {
                SearchResult result =
                        Search.run(system, options.withThreads(threads).withFolder(folder));
                assertSame("seed " + seed, result, Search.run(system, options));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void searchThatOutgrowsMemoryFindsTheSame(int threads) {
        int spilled = 0;
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int states = 200_000 + random.nextInt(100_000);
            SplitSystem system = new SplitSystem(seed, states);
            SearchOptions options =
                    PLAIN.withStopWhenViolated(random.nextInt(4) == 0 ? 1 : 0)
                            .withMaxStates(random.nextInt(4) == 0 ? states / 2 : Long.MAX_VALUE);
            SearchResult expected = Search.run(system, options);
            try (SearchFolder folder = folder(Duration.ofNanos(1), false)) {
                SearchOptions tiny =
                        options.withThreads(threads)
                                .withMemoryBytes(memory(expected))
                                .withFolder(folder);
                SearchResult result = Search.run(system, tiny);
                assertSame("seed " + seed, result, expected);
                assertThat(result.storeBytes()).isLessThanOrEqualTo(tiny.memoryBytes());
                spilled += hasRuns() ? 1 : 0;
            }
        }
        assertThat(spilled).isGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void searchResumedAfterEachRoundFindsTheSame(int threads) {
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SplitSystem system = new SplitSystem(seed, 1 + random.nextInt(250_000));
            SearchResult expected = Search.run(system, PLAIN);
            long memory = seed % 2 == 0 ? 1L << 30 : memory(expected);
            boolean resume = false;
            SearchResult result = expected;
            int runs = 0;
            do {
                try (SearchFolder folder = folder(Duration.ofNanos(1), resume)) {
                    SearchOptions options =
                            PLAIN.withThreads(threads)
                                    .withFolder(folder)
                                    .withMemoryBytes(memory)
                                    .withCancelled(after(1 + random.nextInt(5000)));
                    result = Search.run(system, options);
                }
                resume = true;
                runs++;
            } while (result.end() == End.CANCELLED && runs < 200);
            assertSame("seed " + seed, result, expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void keysGrowInAFolderToo(int threads) {
        for (int blocks = 5; blocks <= 14; blocks += 3) {
            SplittableRandom random = new SplittableRandom(blocks);
            GraphSystem system = RandomSystems.graphOfDistinctBlocks(random, 20_000, blocks);
            try (SearchFolder folder = folder(Duration.ofNanos(1), false)) {
                SearchOptions options = PLAIN.withThreads(threads).withFolder(folder);
                assertSame(
                        blocks + " blocks", Search.run(system, options), Search.run(system, PLAIN));
            }
        }
    }

    /** Memory for the buffers, the blocks, and a part of the states. */
    private static long memory(SearchResult expected) {
        return Math.max(3_500_000, expected.storeBytes() - 9 * expected.states());
    }

    private boolean hasRuns() {
        String[] names = temporary.resolve("f").toFile().list();
        return names != null && Arrays.stream(names).anyMatch(name -> name.startsWith("run-"));
    }

    private static BooleanSupplier after(int polls) {
        AtomicInteger count = new AtomicInteger();
        return () -> count.incrementAndGet() > polls;
    }

    @Test
    void coveredSearchIsResumedToo() {
        for (int seed = 0; seed < 10; seed++) {
            MonotoneSystem system = new MonotoneSystem(new SplittableRandom(seed), 300, 900);
            SearchOptions covering = PLAIN.withCovering(true);
            SearchResult expected = Search.run(system, covering.withMaxStates(20_000));
            SearchResult result = expected;
            for (long limit = 5_000; limit <= 20_000; limit += 5_000) {
                try (SearchFolder folder = folder(Duration.ofDays(1), limit > 5_000)) {
                    SearchOptions options = covering.withMaxStates(limit).withFolder(folder);
                    result = Search.run(system, options);
                }
            }
            assertSame("seed " + seed, result, expected);
        }
    }

    private SearchFolder folder(Duration interval, boolean resume) {
        return SearchFolder.open(temporary.resolve("f"), "1", "test", interval, resume);
    }
}
