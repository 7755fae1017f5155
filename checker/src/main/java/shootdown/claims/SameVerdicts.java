package shootdown.claims;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Property;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Do two policies keep and break the same properties in each of these universes?
 *
 * <p>Yes only if both flushed somewhere.
 */
record SameVerdicts(CatalogueEntry first, CatalogueEntry second, Where where) implements Question {

    @Override
    public List<Run> runs() {
        return where.universes().stream()
                .flatMap(
                        universe ->
                                Stream.<Run>of(
                                        new Run.Check(first, universe),
                                        new Run.Check(second, universe)))
                .toList();
    }

    @Override
    public Reply reply(Findings findings) {
        return Reply.forAll(where, findings.states(runs()), universe -> reply(findings, universe));
    }

    private Reply reply(Findings findings, Universe universe) {
        Cell one = findings.cell(first, universe);
        Cell other = findings.cell(second, universe);
        if (one == null
                || other == null
                || !new Finding.Checked(one).isComplete()
                || !new Finding.Checked(other).isComplete()) {
            return Reply.open(0);
        }
        long states = one.states() + other.states();
        EnumSet<Property> different = different(one, other);
        if (!different.isEmpty()) {
            return Reply.no(states, universe, different.iterator().next());
        }
        return one.neverFlushed() || other.neverFlushed()
                ? Reply.saysNothing(states, "one of them never flushed")
                : Reply.yes(states);
    }

    /** The properties that only one of them breaks. */
    private static EnumSet<Property> different(Cell one, Cell other) {
        EnumSet<Property> different = EnumSet.noneOf(Property.class);
        different.addAll(one.broken());
        for (Property broken : other.broken()) {
            if (!different.remove(broken)) {
                different.add(broken);
            }
        }
        return different;
    }

    @Override
    public String says(boolean yes) {
        return "%s and %s %s in %s"
                .formatted(
                        first.name(),
                        second.name(),
                        yes ? "break the same" : "do not break the same",
                        where.says());
    }

    @Override
    public Optional<Tale> tell(Reply no, CheckOptions options) {
        Universe universe = no.where();
        Property property = no.property();
        if (universe == null || property == null) {
            return Optional.empty();
        }
        return Storyteller.tell(first, universe, property, options)
                .or(() -> Storyteller.tell(second, universe, property, options))
                .map(Tale.Broken::new);
    }
}
