package shootdown.checker;

import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Map;

/**
 * What the check of one policy in one universe found.
 *
 * @param policy the policy
 * @param universe the universe
 * @param end why the search ended
 * @param verdicts one for each property, in their order
 * @param states distinct states
 * @param transitions successors generated
 * @param depth of the search
 * @param activity how often each kind of step and flush occurred
 * @param nanos measured: duration of the search, 0 if it was another's
 * @param storeBytes measured: bytes that the store took, 0 if it was another's
 * @param searched measured: name of the policy whose search this is: its own, or that of one that
 *     decides the same wherever it is asked
 */
public record Cell(
        CatalogueEntry policy,
        Universe universe,
        End end,
        List<Verdict> verdicts,
        long states,
        long transitions,
        int depth,
        Map<Activity, Long> activity,
        long nanos,
        long storeBytes,
        String searched) {

    /**
     * The verdict on one property.
     *
     * @param atStake how often the property was judged with something at stake
     * @param depth of the first violation in steps of this search (fused ones count once), or -1
     */
    public record Verdict(Property property, Outcome outcome, long atStake, int depth) {
        /** Nothing was ever at stake: the verdict says nothing. */
        public boolean isVacuous() {
            return atStake == 0 && outcome != Outcome.BROKEN;
        }
    }

    public Cell {
        verdicts = List.copyOf(verdicts);
        activity = Map.copyOf(activity);
    }

    /** Whether the universe was searched for this very policy. */
    public boolean isOwnSearch() {
        return searched.equals(policy.name());
    }

    /** The same of another policy that decides the same wherever it is asked. */
    Cell of(CatalogueEntry other) {
        return new Cell(
                other,
                universe,
                end,
                verdicts,
                states,
                transitions,
                depth,
                activity,
                0,
                0,
                searched);
    }

    /** The properties that are broken, in their order. */
    public List<Property> broken() {
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() == Outcome.BROKEN)
                .map(Verdict::property)
                .toList();
    }

    /** Broken outranks inconclusive, which outranks safe. */
    public Outcome outcome() {
        if (!broken().isEmpty()) {
            return Outcome.BROKEN;
        }
        return end == End.EXHAUSTED ? Outcome.SAFE : Outcome.INCONCLUSIVE;
    }

    /**
     * The policy never flushed anything here, nor asked for a root copy: its safety, if any, is
     * none of its doing.
     */
    public boolean neverFlushed() {
        return activity.getOrDefault(Activity.POLICY_FLUSH_LOCAL, 0L) == 0
                && activity.getOrDefault(Activity.POLICY_FLUSH_REMOTE, 0L) == 0
                && activity.getOrDefault(Activity.POLICY_ROOT_STORE, 0L) == 0;
    }
}
