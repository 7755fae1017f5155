package shootdown.engine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Nanoseconds to intern a content that is known: hash, probe, compare. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BlockTableBenchmark {

    private static final int TRIES = 1 << 12;

    /** Longs in a block. */
    @Param({"1", "20", "60"})
    public int length;

    /** Contents in the table. */
    @Param({"200", "20000"})
    public int contents;

    private BlockTable table = new BlockTable(1, new MemoryBudget(Long.MAX_VALUE));
    private long[][] tries = {};
    private int next;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        long[][] known = new long[contents][];
        table = new BlockTable(length, new MemoryBudget(Long.MAX_VALUE));
        for (int n = 0; n < contents; n++) {
            known[n] = random.longs(length).toArray();
            table.intern(known[n], 0);
        }
        tries = new long[TRIES][];
        for (int t = 0; t < TRIES; t++) {
            tries[t] = known[random.nextInt(contents)].clone();
        }
    }

    @Benchmark
    public int intern() {
        next = (next + 1) & (TRIES - 1);
        return table.intern(tries[next], 0);
    }
}
