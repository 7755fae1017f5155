package shootdown.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Runs SD and prints a line for each run: the left half of {@code compare-spin.sh}.
 *
 * <p>The first run of a process is cold: its CPU seconds include loading and compiling the engine.
 * The count of generated states includes the initial one, as in the other tools.
 */
public final class CompareSd {

    private CompareSd() {}

    /** Arguments: frames, TLB entries, threads, runs, and {@code symmetry} or nothing. */
    public static void main(String[] args) {
        if (args.length < 4) {
            throw new IllegalArgumentException("FRAMES CAPACITY THREADS RUNS [symmetry]");
        }
        SdModel model = new SdModel(Integer.parseInt(args[0]), Integer.parseInt(args[1]), false);
        SearchOptions options =
                SearchOptions.defaults()
                        .withThreads(Integer.parseInt(args[2]))
                        .withSymmetry(args.length > 4 && args[4].equals("symmetry"));
        print(System.out, model, options, Integer.parseInt(args[3]));
    }

    private static void print(PrintStream out, SdModel model, SearchOptions options, int runs) {
        out.printf(
                "%-16s %10s %11s %6s %8s %10s %12s%n",
                "run", "distinct", "generated", "depth", "CPU s", "distinct/s", "bytes/state");
        for (int run = 1; run <= runs; run++) {
            double before = cpuSeconds();
            SearchResult result = Search.run(model, options);
            double seconds = cpuSeconds() - before;
            out.printf(
                    Locale.ROOT,
                    "%-16s %10d %11d %6d %8.2f %10.0f %12.1f%n",
                    "shootdown " + (run == 1 ? "cold" : "warm"),
                    result.states(),
                    result.transitions() + 1,
                    result.depth(),
                    seconds,
                    result.states() / seconds,
                    result.bytesPerState());
        }
    }

    /** CPU seconds of the process: search, compiler and garbage collector. */
    private static double cpuSeconds() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return system.getProcessCpuTime() / 1e9;
    }
}
