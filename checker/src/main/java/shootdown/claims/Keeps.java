package shootdown.claims;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Does a policy keep these properties in all these universes?
 *
 * <p>Yes only if every universe was explored to its end, and each property had something at stake
 * in one in which the policy flushed, too.
 *
 * @param byFlushing whether safety must be some of the policy's own doing; if not, what is asked is
 *     just whether no flush is needed
 */
record Keeps(CatalogueEntry policy, Set<Property> properties, Where where, boolean byFlushing)
        implements Question {

    @Override
    public List<Run> runs() {
        return where.universes().stream()
                .map(universe -> (Run) new Run.Check(policy, universe))
                .toList();
    }

    @Override
    public Reply reply(Findings findings) {
        long states = findings.states(runs());
        EnumSet<Property> unsupported = EnumSet.copyOf(properties);
        boolean open = false;
        for (Universe universe : where.universes()) {
            Cell cell = findings.cell(policy, universe);
            if (cell == null) {
                open = true;
                continue;
            }
            for (Cell.Verdict verdict : cell.verdicts()) {
                if (!properties.contains(verdict.property())) {
                    continue;
                }
                if (verdict.outcome() == Outcome.BROKEN) {
                    return Reply.no(states, universe, verdict.property());
                }
                open |= verdict.outcome() == Outcome.INCONCLUSIVE;
                if (!verdict.isVacuous() && !(byFlushing && cell.neverFlushed())) {
                    unsupported.remove(verdict.property());
                }
            }
        }
        if (open) {
            return Reply.open(states);
        }
        return unsupported.isEmpty()
                ? Reply.yes(states)
                : Reply.saysNothing(
                        states,
                        "nothing was at stake for %s, or no flush fired"
                                .formatted(ids(unsupported)));
    }

    @Override
    public String says(boolean yes) {
        return "%s %s %s in %s%s"
                .formatted(
                        policy.name(),
                        yes ? "keeps" : "breaks",
                        ids(properties),
                        yes || where.universes().size() == 1 ? "" : "one of ",
                        where.says());
    }

    private static String ids(Set<Property> properties) {
        return properties.stream().map(Property::name).collect(Collectors.joining(", "));
    }

    @Override
    public Optional<Tale> tell(Reply no, CheckOptions options) {
        Universe universe = no.where();
        Property property = no.property();
        return universe == null || property == null
                ? Optional.empty()
                : Storyteller.tell(policy, universe, property, options).map(Tale.Broken::new);
    }
}
