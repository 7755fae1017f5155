package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All that runs have found so far. Thread-safe. */
public final class Findings {
    private final Map<Run, Finding> found = new ConcurrentHashMap<>();

    /** Notes what a run found. One that was cancelled must not be noted: it is worth nothing. */
    public void add(Run run, Finding finding) {
        found.put(run, finding);
    }

    /** What a run found, or null if it did not take place. */
    public @Nullable Finding of(Run run) {
        return found.get(run);
    }

    @Nullable Cell cell(CatalogueEntry policy, Universe universe) {
        return found.get(new Run.Check(policy, universe)) instanceof Finding.Checked checked
                ? checked.cell()
                : null;
    }

    /** How many of these runs took place. */
    public int searches(Collection<Run> runs) {
        return (int) runs.stream().filter(found::containsKey).count();
    }

    /** The states of all these runs. */
    public long states(Collection<Run> runs) {
        return runs.stream()
                .map(found::get)
                .mapToLong(finding -> finding == null ? 0 : finding.states())
                .sum();
    }

    /** Every distinct run that these claims need, in a fixed order. */
    public static List<Run> needed(Collection<Claim> claims) {
        return claims.stream()
                .flatMap(claim -> claim.experiments().stream())
                .flatMap(experiment -> experiment.question().runs().stream())
                .distinct()
                .toList();
    }

    /** What these claims need besides, to tell whether what they call enough is needed, too. */
    public static List<Run> whetherNeeded(Collection<Claim> claims) {
        return claims.stream().flatMap(claim -> claim.parts().stream()).distinct().toList();
    }
}
