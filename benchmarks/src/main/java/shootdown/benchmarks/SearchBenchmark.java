package shootdown.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;

import java.util.concurrent.TimeUnit;

/** Milliseconds for whole searches: 1,890,352 states of SD, a million states of the wide model. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class SearchBenchmark {

    private static final long WIDE_STATES = 1_000_000;

    @Param({"1", "2"})
    public int threads;

    private final SdModel sd = new SdModel(3, 2, false);
    private final WideModel wide = new WideModel();

    @Benchmark
    public SearchResult sd() {
        return Search.run(sd, SearchOptions.defaults().withThreads(threads));
    }

    @Benchmark
    public SearchResult wide() {
        SearchOptions options = SearchOptions.defaults().withThreads(threads);
        return Search.run(wide, options.withMaxStates(WIDE_STATES));
    }
}
