package shootdown.claims;

import shootdown.checker.Activity;
import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Do two policies make the same CPUs do the same in every reachable state of these universes?
 *
 * <p>Yes only if they were asked anything somewhere.
 */
record Alike(CatalogueEntry first, CatalogueEntry second, Where where) implements Question {

    @Override
    public List<Run> runs() {
        return where.universes().stream()
                .flatMap(
                        universe ->
                                Stream.<Run>of(
                                        new Run.Compare(first, second, universe),
                                        new Run.Check(first, universe)))
                .toList();
    }

    @Override
    public Reply reply(Findings findings) {
        return Reply.forAll(where, findings.states(runs()), universe -> reply(findings, universe));
    }

    private Reply reply(Findings findings, Universe universe) {
        Finding found = findings.of(new Run.Compare(first, second, universe));
        if (found instanceof Finding.Compared compared
                && compared.comparison().difference() != null) {
            return Reply.no(found.states(), universe, null);
        }
        Cell cell = findings.cell(first, universe);
        if (found == null || !found.isComplete() || cell == null) {
            return Reply.open(0);
        }
        return cell.activity().getOrDefault(Activity.MMU_UPDATE, 0L) > 0
                ? Reply.yes(found.states())
                : Reply.saysNothing(found.states(), "nobody edits a table");
    }

    @Override
    public String says(boolean yes) {
        return "%s and %s decide %s in %s"
                .formatted(
                        first.name(), second.name(), yes ? "alike" : "differently", where.says());
    }

    @Override
    public Optional<Tale> tell(Reply no, CheckOptions options) {
        Universe universe = no.where();
        return universe == null
                ? Optional.empty()
                : Optional.ofNullable(
                                Storyteller.difference(first, second, universe, options)
                                        .difference())
                        .map(Tale.Different::new);
    }
}
