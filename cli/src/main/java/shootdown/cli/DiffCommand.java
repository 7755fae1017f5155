package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.CheckOptions;
import shootdown.checker.Difference;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;
import shootdown.report.DifferenceJson;
import shootdown.report.DifferenceText;
import shootdown.report.OnXen;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code shootdown diff}: where two policies decide differently. */
@Command(
        name = "diff",
        description = {
            "Shows the first reachable state in which two policies decide differently, and whether"
                    + " it matters: universes in which only one of them breaks something, and those"
                    + " whose machine is Xen's, come first.",
            "",
            "Exit code 0 if it does not matter on Xen's machines, 1 if it does.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown diff v1 final",
            "  shootdown diff final in-use-only --universe u5",
            "  shootdown diff final --policy-file Mine.java"
        },
        mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            arity = "1..2",
            paramLabel = "POLICY",
            description = "two policies; the second may be that of a policy file")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--universe",
            paramLabel = "U",
            description = "where to look, as for check; may be repeated")
    private List<String> universeNames = new ArrayList<>();

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final UniverseFiles universeFiles = new UniverseFiles();

    @Mixin private final SearchChoice search = new SearchChoice();

    DiffCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<CatalogueEntry> own = policyFiles.load(session.console());
        Lookup lookup = new Lookup(own);
        List<CatalogueEntry> pair = new ArrayList<>();
        names.forEach(name -> pair.add(lookup.policy(name)));
        own.stream().filter(policy -> !pair.contains(policy)).forEach(pair::add);
        if (pair.size() != 2) {
            throw new Complaint("diff takes two policies (shootdown diff --help)");
        }
        List<Universe> universes = new ArrayList<>(universeFiles.and(universeNames));
        universes.sort(Comparator.comparing(universe -> universe.machine().isHypothetical()));
        return compare(pair.getFirst(), pair.getLast(), universes);
    }

    private int compare(CatalogueEntry first, CatalogueEntry second, List<Universe> universes) {
        CheckOptions options = search.options(session.interruption()::isRequested);
        @Nullable Difference found = null;
        int alike = 0;
        OnXen xen = OnXen.NOTHING;
        boolean partial = false;
        for (Universe universe : universes) {
            Storyteller.Comparison comparison =
                    Storyteller.difference(first, second, universe, options);
            @Nullable Difference difference = comparison.difference();
            if (!universe.machine().isHypothetical()) {
                xen = xen.and(comparison);
            }
            partial |= !comparison.complete();
            if (session.interruption().isRequested()) {
                return session.interrupted();
            }
            if (difference == null) {
                alike += comparison.complete() ? 1 : 0;
                continue;
            }
            partial |=
                    difference.firstCell().end() != End.EXHAUSTED
                            || difference.secondCell().end() != End.EXHAUSTED;
            if (found == null || (difference.matters() && !found.matters())) {
                found = difference;
            }
            if (found.matters()) {
                break;
            }
        }
        print(first, second, universes.size(), alike, xen, found);
        if (found != null
                && found.matters()
                && Lookup.counts(found.firstCell().universe(), universeNames)) {
            return Exit.BROKEN;
        }
        return partial ? Exit.INCONCLUSIVE : Exit.OK;
    }

    private void print(
            CatalogueEntry first,
            CatalogueEntry second,
            int looked,
            int alike,
            OnXen xen,
            @Nullable Difference found) {
        if (json) {
            session.console().print(DifferenceJson.text(first.name(), second.name(), found));
        } else {
            session.console().print(DifferenceText.page(first, second, looked, alike, xen, found));
        }
    }
}
