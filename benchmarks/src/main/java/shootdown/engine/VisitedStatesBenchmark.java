package shootdown.engine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Nanoseconds for each candidate to mark and merge a chunk, of which a quarter is new. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VisitedStatesBenchmark {

    private static final int CANDIDATES = 1024;
    private static final int BLOCKS = 3;
    private static final int VALUES = 1 << 20;

    /** States in the set when the measurement begins. */
    @Param({"10000", "1000000", "10000000"})
    public int states;

    private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    private final KeyLayout layout = new KeyLayout(new int[] {VALUES, VALUES, VALUES}, BLOCKS);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Chunk chunk = new Chunk(BLOCKS, 1, budget);
    private ExactStates visited = new ExactStates(layout, budget);
    private final Share all = new Share(0, 1, budget);
    private long added;

    /** Fills the set anew, so that it does not grow much in an iteration. */
    @Setup(Level.Iteration)
    public void fill() {
        visited = new ExactStates(layout, budget);
        added = 0;
        while (added < states) {
            prepare(CANDIDATES);
            visited.mark(chunk);
            visited.merge(chunk, all);
        }
    }

    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public byte merge() {
        prepare(CANDIDATES / 4);
        visited.mark(chunk);
        visited.merge(chunk, all);
        return chunk.marks[0];
    }

    /** Makes candidates of which the first {@code fresh} are new and the others known. */
    private void prepare(int fresh) {
        chunk.reset(0, 0);
        for (int c = 0; c < CANDIDATES; c++) {
            int at = chunk.reserve();
            long number = c < fresh ? added++ : random.nextLong(added);
            chunk.ids[at] = 1 + (int) (number & (VALUES / 2 - 1));
            chunk.ids[at + 1] = 1 + (int) (number >>> 19);
            chunk.ids[at + 2] = 1;
            chunk.size++;
        }
        chunk.pack(layout);
    }
}
