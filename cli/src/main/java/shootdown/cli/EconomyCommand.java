package shootdown.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.Universe;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.EconomyJson;
import shootdown.report.EconomyReport;
import shootdown.report.EconomyText;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code shootdown economy}: what flushes are good for, and what can be taken away. */
@Command(
        name = "economy",
        description = {
            "Counts how often the flushes of a policy changed what a CPU could use, in every"
                + " reachable state; and takes its parts away, one by one, to tell which of them"
                + " are needed.",
            "",
            "A policy without one of its parts has a name, such as final~no-local, which check and"
                    + " explain know too; several may follow each other. The parts: see the table.",
            "This is advice: exit code 0 whatever is found, 3 if a limit was reached.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown economy                       final, in the default universes",
            "  shootdown economy v1 --universe u4      another policy in a family",
            "  shootdown economy final v1 --json > economy.json",
            "  shootdown explain final~no-l3           why a part is needed"
        },
        mixinStandardHelpOptions = true)
final class EconomyCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "POLICY",
            description = "policies, or all of the catalogue, which takes hours (default: final)")
    private List<String> policyNames = new ArrayList<>();

    @Option(
            names = "--universe",
            paramLabel = "U",
            description = {
                "a universe, a family such as u1, a start such as u4*, or all; may be repeated",
                "(default: those that are explored in seconds)"
            })
    private List<String> universeNames = new ArrayList<>();

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Mixin private final SearchChoice search = new SearchChoice();

    EconomyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<CatalogueEntry> policies = policies();
        List<Universe> universes = Lookup.universes(universeNames);
        EconomyReport report;
        int searches = EconomyRun.searches(policies.size(), universes.size());
        try (Tracker tracker = new Tracker(session.console(), searches)) {
            report =
                    new EconomyRun(
                                    policies,
                                    universes,
                                    search.options(),
                                    search.threads(),
                                    session.interruption(),
                                    tracker)
                            .report();
        }
        if (json) {
            session.console().print(EconomyJson.text(report));
        } else {
            session.console().print(EconomyText.page(report));
        }
        if (session.interruption().isRequested()) {
            return Exit.INTERRUPTED;
        }
        return report.isExhaustive() ? Exit.OK : Exit.INCONCLUSIVE;
    }

    private List<CatalogueEntry> policies() {
        if (policyNames.contains("all")) {
            return Catalogue.entries();
        }
        return new Lookup(List.of())
                .policies(policyNames.isEmpty() ? List.of("final") : policyNames);
    }
}
