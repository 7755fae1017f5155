package shootdown.checker;

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

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.policy.Catalogue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Nanoseconds for one state of the real model: judged, expanded, its caches closed. The states are
 * the first ones of a search. With {@code -prof gc}: bytes allocated, which should be none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBenchmark {
    private static final int STATES = 4096;

    @Param({"u4-smp-linear-deep", "u12-life-xpti-smp"})
    public String universe = "";

    private MachineSystem system = system("u4-smp-linear");
    private Expander expander = system.expander();
    private long[][] states = {};
    private int next;
    private long seen;
    private final Successors sink = (successor, step, violations) -> seen += step;

    @Setup
    public void explore() {
        system = system(universe);
        expander = system.expander();
        List<long[]> found = new ArrayList<>();
        Set<List<Long>> known = new HashSet<>();
        system.initialStates(state -> found.add(state.clone()));
        for (int i = 0; found.size() < STATES; i++) {
            expander.expand(
                    found.get(i),
                    (state, step, violations) -> {
                        if (known.add(Arrays.stream(state).boxed().toList())) {
                            found.add(state.clone());
                        }
                    });
        }
        states = found.subList(0, STATES).toArray(long[][]::new);
    }

    private static MachineSystem system(String name) {
        return new MachineSystem(
                Universes.find(name).orElseThrow(),
                Catalogue.find("final").orElseThrow().policy(),
                false,
                false);
    }

    private long[] state() {
        next = (next + 1) & (STATES - 1);
        return states[next];
    }

    @Benchmark
    public long judge() {
        return expander.check(state());
    }

    @Benchmark
    public long expand() {
        expander.expand(state(), sink);
        return seen;
    }

    /** Closing what is closed already: every rule is tried, nothing is added. */
    @Benchmark
    public long close() {
        long[] state = state();
        system.caches().memoryChanged(state);
        return state[0];
    }
}
