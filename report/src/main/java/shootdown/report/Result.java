package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Cell.Verdict;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Set;

/**
 * One policy in one universe, for the properties that were asked for.
 *
 * @param policy the policy
 * @param universe the universe
 * @param asked the properties asked for
 * @param expected the properties expected to break, or null if nothing is expected of the policy
 * @param counts whether it counts for the whole: a machine that is not Xen's does if it was named
 * @param cell what the check found, or null if it did not run to its end
 */
public record Result(
        CatalogueEntry policy,
        Universe universe,
        Set<Property> asked,
        @Nullable List<Property> expected,
        boolean counts,
        @Nullable Cell cell) {

    public Result {
        asked = Set.copyOf(asked);
        expected = expected == null ? null : expected.stream().filter(asked::contains).toList();
    }

    public boolean ran() {
        return cell != null;
    }

    /** The verdicts on the properties asked for, in their order; none if it did not run. */
    public List<Verdict> verdicts() {
        return cell == null
                ? List.of()
                : cell.verdicts().stream().filter(v -> asked.contains(v.property())).toList();
    }

    /** The broken ones among the properties asked for. */
    public List<Property> broken() {
        return verdicts().stream()
                .filter(verdict -> verdict.outcome() == Outcome.BROKEN)
                .map(Verdict::property)
                .toList();
    }

    /** Broken outranks inconclusive, which outranks safe; what did not run is inconclusive. */
    public Outcome outcome() {
        if (!broken().isEmpty()) {
            return Outcome.BROKEN;
        }
        return isExhaustive() ? Outcome.SAFE : Outcome.INCONCLUSIVE;
    }

    /** Whether the whole universe was explored. */
    public boolean isExhaustive() {
        return cell != null && cell.end() == End.EXHAUSTED;
    }

    /** The policy flushed nothing, so what holds here is none of its doing. */
    public boolean neverFlushed() {
        return cell != null && cell.neverFlushed();
    }

    /** Safe, but it says little: no flush fired, or no property had anything at stake. */
    public boolean isVacuous() {
        return outcome() == Outcome.SAFE
                && (neverFlushed() || verdicts().stream().allMatch(Verdict::isVacuous));
    }

    /** Whether it certainly differs from what is expected: a partial search can still agree. */
    public boolean differs() {
        if (expected == null || cell == null) {
            return false;
        }
        return isExhaustive() ? !broken().equals(expected) : !expected.containsAll(broken());
    }
}
