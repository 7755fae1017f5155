package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Outcome;
import shootdown.fuzz.Finding;
import shootdown.fuzz.Hit;
import shootdown.fuzz.Shard;
import shootdown.fuzz.Target;

import java.util.List;
import java.util.Map;

/**
 * What random walks came to.
 *
 * @param seed that decides all universes and walks
 * @param targets what they tried to break, in order
 * @param done the work, and what was hit
 * @param findings the hits that were made small, in the order of targets
 * @param foundAfter measured: nanoseconds after which a hit was known, where that is known
 * @param end why it ended
 * @param nanos measured: how long it took, earlier runs included
 */
public record FuzzReport(
        long seed,
        List<Target> targets,
        Shard done,
        List<Finding> findings,
        Map<Hit, Long> foundAfter,
        End end,
        long nanos) {
    /** Why walks ended. */
    public enum End {
        ALL_BROKEN("everything is broken"),
        ROUNDS("the rounds are done"),
        TIME("the time is up"),
        INTERRUPTED("interrupted"),
        MEMBERS_LOST("all members of the cluster are lost");

        private final String says;

        End(String says) {
            this.says = says;
        }

        public String says() {
            return says;
        }
    }

    public FuzzReport {
        targets = List.copyOf(targets);
        findings = List.copyOf(findings);
        foundAfter = Map.copyOf(foundAfter);
    }

    /** What says most of a target: on a machine of Xen's, on any, or null if nothing was hit. */
    public @Nullable Hit hit(Target target) {
        @Nullable Hit best = null;
        for (Hit hit : done.hits()) {
            boolean his = hit.target().equals(target.name()) && !hit.unattributed();
            if (his && (best == null || hit.isSettling())) {
                best = hit;
            }
        }
        return best;
    }

    /** The finding of a hit, or null if it was not made small. */
    public @Nullable Finding finding(Hit hit) {
        return findings.stream().filter(f -> f.hit().equals(hit)).findFirst().orElse(null);
    }

    /** What is not shown to be the target's doing. */
    public List<Hit> unattributed() {
        return done.hits().stream().filter(Hit::unattributed).toList();
    }

    /** Never safe: walks do not see everything. */
    public Outcome outcome(Target target) {
        return hit(target) == null ? Outcome.INCONCLUSIVE : Outcome.BROKEN;
    }
}
