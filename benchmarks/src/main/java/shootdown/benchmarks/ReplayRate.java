package shootdown.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;
import shootdown.workload.replay.Options;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replay;
import shootdown.workload.replay.Replayed;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how fast a recording is replayed: events a second, of wall time and of CPU time, with
 * both passes through the file.
 *
 * <p>{@code ReplayRate FILE ROUNDS THREADS [POLICY...]}; without policies, all of the catalogue.
 */
public final class ReplayRate {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ReplayRate() {}

    public static void main(String[] args) {
        Path file = Path.of(args[0]);
        int threads = Integer.parseInt(args[2]);
        List<String> names = List.of(args).subList(3, args.length);
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (CatalogueEntry entry : Catalogue.entries()) {
            if (names.isEmpty() || names.contains(entry.name())) {
                policies.put(entry.name(), entry.policy());
            }
        }
        Options options = new Options(false, false, Options.TLB_ENTRIES, threads, false);
        for (int round = Integer.parseInt(args[1]); round > 0; round--) {
            measure(file, policies, options);
        }
    }

    private static void measure(Path file, Map<String, Policy> policies, Options options) {
        long cpu = SYSTEM.getProcessCpuTime();
        long wall = System.nanoTime();
        Recording recording = Recording.of(file, false);
        Replayed replayed = new Replay(recording, policies, options).run(n -> {}, () -> true);
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf(
                "%s, %d policies: %,d events, %.2f s, %.2f s of CPU, %,.0f events/s, %,.0f per CPU"
                        + " second%n",
                recording.name(),
                policies.size(),
                replayed.events(),
                wallSeconds,
                cpuSeconds,
                replayed.events() / wallSeconds,
                replayed.events() / cpuSeconds);
    }
}
