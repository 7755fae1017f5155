package shootdown.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;

/**
 * Measures the search of one universe of the real model, in plain steps and without reductions:
 * distinct states a second, of wall time and of CPU time, and bytes a state.
 *
 * <p>{@code CheckRate POLICY UNIVERSE THREADS ROUNDS}
 */
public final class CheckRate {
    private CheckRate() {}

    public static void main(String[] args) {
        CatalogueEntry policy = Catalogue.find(args[0]).orElseThrow();
        Universe universe = Universes.find(args[1]).orElseThrow();
        CheckOptions plain = CheckOptions.plain();
        CheckOptions options =
                plain.withSearch(plain.search().withThreads(Integer.parseInt(args[2])));
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        PrintStream out = System.out;
        for (int round = Integer.parseInt(args[3]); round > 0; round--) {
            long before = system.getProcessCpuTime();
            Cell cell = Checker.check(policy, universe, options);
            double cpu = (system.getProcessCpuTime() - before) / 1e9;
            double wall = cell.nanos() / 1e9;
            out.printf(
                    "%,d states, %,d transitions, %.2f s, %.2f s CPU: %,.0f states/s,"
                            + " %,.0f states/CPU s, %.1f bytes a state%n",
                    cell.states(),
                    cell.transitions(),
                    wall,
                    cpu,
                    cell.states() / wall,
                    cell.states() / cpu,
                    (double) cell.storeBytes() / cell.states());
        }
    }
}
