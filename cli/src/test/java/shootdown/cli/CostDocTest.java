package shootdown.cli;

import org.junit.jupiter.api.Test;

import shootdown.policy.Catalogue;
import shootdown.policy.Policy;
import shootdown.report.Numbers;
import shootdown.workload.replay.Flushes;
import shootdown.workload.replay.Options;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replay;
import shootdown.workload.replay.Replayed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counts in {@code docs/cost.md} are those of replays. */
class CostDocTest {
    private static final List<String> RECORDINGS =
            List.of("boot", "idle", "compile", "fork", "churn", "mt");

    private static final List<String> POLICIES =
            List.of("final", "skip-not-present", "reaching-cpus", "in-use-only", "per-entry");

    @Test
    void theTableOfCallsAndInterrupts() throws IOException {
        StringBuilder text = new StringBuilder("| |");
        POLICIES.forEach(name -> text.append(" `%s` |".formatted(name)));
        text.append("\n|---|").append("---|".repeat(POLICIES.size())).append('\n');
        for (String recording : RECORDINGS) {
            text.append("| ").append(recording).append(" |");
            replay(recording)
                    .runs()
                    .forEach(run -> text.append(" %s |".formatted(cell(run.tally().policy()))));
            text.append('\n');
        }
        GeneratedPart.check("docs/cost.md", "counts", text.toString());
    }

    private static String cell(Flushes flushes) {
        return Numbers.of(flushes.asked()) + ", " + Numbers.of(flushes.targets());
    }

    private static Replayed replay(String recording) {
        Path root = Path.of(System.getProperty("shootdown.root", ".."));
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String name : POLICIES) {
            policies.put(name, Catalogue.find(name).orElseThrow().policy());
        }
        return new Replay(
                        Recording.of(root.resolve("traces/full/" + recording + ".csv.gz"), false),
                        policies,
                        new Options(false, false, Options.TLB_ENTRIES, 2, false))
                .run(events -> {}, () -> true);
    }
}
