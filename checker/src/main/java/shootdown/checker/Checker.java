package shootdown.checker;

import shootdown.checker.Cell.Verdict;
import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;
import shootdown.hypervisor.Decisions;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Checks a policy in a universe: explores all of it and judges every property. */
public final class Checker {
    private Checker() {}

    /** Searches the whole universe, or as far as the options allow. */
    public static Cell check(CatalogueEntry policy, Universe universe, CheckOptions options) {
        return search(policy, machineSystem(policy, universe, options), options);
    }

    /** The same, noting what the policy is asked and decides. */
    static Cell check(
            CatalogueEntry policy, Universe universe, CheckOptions options, Decisions noted) {
        return search(policy, machineSystem(policy, universe, options).noting(noted), options);
    }

    private static MachineSystem machineSystem(
            CatalogueEntry policy, Universe universe, CheckOptions options) {
        return new MachineSystem(universe, policy.policy(), options.fusing(), options.explicit())
                .withStrict(options.strict());
    }

    private static Cell search(CatalogueEntry policy, MachineSystem system, CheckOptions options) {
        SearchResult result = Search.run(system, options.search());
        return cell(policy, system.universe(), result, options.strict());
    }

    /** Returns what {@link #check} searches, for whoever searches it in another way. */
    public static TransitionSystem system(
            CatalogueEntry policy, Universe universe, CheckOptions options) {
        return machineSystem(policy, universe, options);
    }

    /**
     * Searches all that the programs of a machine can do.
     *
     * @param ends hears of every end, by any thread; what it returns does not matter
     */
    public static Cell checkPrograms(
            CatalogueEntry policy, Universe universe, Goal ends, CheckOptions options) {
        MachineSystem system = MachineSystem.withGoal(universe, policy.policy(), ends);
        return cell(policy, universe, Search.run(system, options.search()), false);
    }

    /**
     * Judges what a search of {@link #system} found.
     *
     * @param strict whether it judged optional properties too
     */
    public static Cell cell(
            CatalogueEntry policy, Universe universe, SearchResult result, boolean strict) {
        Property[] properties = Property.values();
        List<Verdict> verdicts = new ArrayList<>();
        for (Property property : strict ? List.of(properties) : Property.byDefault()) {
            int depth = result.violation(property.index()).map(v -> v.depth()).orElse(-1);
            Outcome outcome =
                    depth >= 0
                            ? Outcome.BROKEN
                            : result.end() == End.EXHAUSTED ? Outcome.SAFE : Outcome.INCONCLUSIVE;
            long atStake = result.counters()[property.index()];
            verdicts.add(new Verdict(property, outcome, atStake, depth));
        }
        Map<Activity, Long> activity = new EnumMap<>(Activity.class);
        for (Activity kind : Activity.values()) {
            activity.put(kind, result.counters()[properties.length + kind.index()]);
        }
        return new Cell(
                policy,
                universe,
                result.end(),
                verdicts,
                result.states(),
                result.transitions(),
                result.depth(),
                activity,
                result.nanos(),
                result.storeBytes(),
                policy.name());
    }
}
