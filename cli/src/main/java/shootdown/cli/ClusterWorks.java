package shootdown.cli;

import shootdown.cluster.Work;
import shootdown.fuzz.Assignment;
import shootdown.fuzz.Notes;
import shootdown.fuzz.Shard;

import java.util.Map;

/** What members of a cluster can be asked for besides searches. */
final class ClusterWorks {
    /** Rounds of random walks. */
    static final String FUZZ = "fuzz";

    /** Random programs on real Xen. */
    static final String CONFORM = "conform";

    private ClusterWorks() {}

    static Map<String, Work> all() {
        return Map.of(FUZZ, walks(), CONFORM, ClusterMachines::new);
    }

    static Work walks() {
        return () ->
                (task, cancelled) -> {
                    Shard done = Assignment.parse(task).run(cancelled);
                    return done == null ? null : Notes.shardText(done);
                };
    }
}
