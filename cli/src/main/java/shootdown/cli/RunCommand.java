package shootdown.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import shootdown.checker.CheckOptions;
import shootdown.policy.CatalogueEntry;
import shootdown.report.RunJson;
import shootdown.report.RunReport;
import shootdown.report.RunText;
import shootdown.scenario.Backend;
import shootdown.scenario.RunResult;
import shootdown.scenario.Runner;
import shootdown.scenario.Scenario;
import shootdown.xen.XenException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code shootdown run}: scenarios. */
@Command(
        name = "run",
        description = {
            "Runs scenarios (docs/scenarios.md) and tells whether what they expect comes out: on"
                    + " the model in every order and with every cached translation, or on a real"
                    + " Xen once.",
            "",
            "Exit code 0 if all comes out, 1 if something does not, 3 if a limit was reached. The"
                    + " last line says the same: 'run: OK 3 scenarios, 12 expectations'.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown run scenarios                           the whole library",
            "  shootdown run mine.scn --policy sync-guest        one file, one policy",
            "  shootdown run mine.scn --policy-file Mine.java    a policy of your own",
            "  shootdown run mine.scn --on xen                   on the installed Xen"
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    /** Where scenarios run. */
    enum On {
        model,
        xen
    }

    private final Session session;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "scenario files, or folders")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--policy",
            paramLabel = "P",
            description =
                    "the policy; may be repeated (default: those that the scenario names, and"
                            + " 'final'); on xen: the one that this Xen has")
    private List<String> policyNames = new ArrayList<>();

    @Option(
            names = "--on",
            paramLabel = "WHERE",
            description = "model or xen (default: ${DEFAULT-VALUE})")
    private On where = On.model;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Mixin private final XenChoice xen = new XenChoice();

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final SearchChoice search = new SearchChoice();

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (where == On.model) {
            refuse(xen, "is for --on xen");
        } else {
            refuse(policyFiles, "is for the model: real Xen has the policy that it has");
            refuse(search, "is for the model: real Xen runs a scenario once");
        }
        List<ScenarioFiles.Found> scenarios = ScenarioFiles.scenarios(files);
        RunReport report = where == On.xen ? onXen(scenarios) : onModel(scenarios);
        if (session.interruption().isRequested()) {
            return session.interrupted();
        }
        if (json) {
            session.console().print(RunJson.text(report));
        } else {
            session.console().print(RunText.page(report));
        }
        return report.failed() ? Exit.BROKEN : report.isUndecided() ? Exit.INCONCLUSIVE : Exit.OK;
    }

    /**
     * Nothing that a user asks for is ignored: the options of this group are not for this place.
     */
    private void refuse(Object group, String why) {
        CommandLine.ParseResult given = spec.commandLine().getParseResult();
        for (OptionSpec option : CommandSpec.forAnnotatedObject(group).options()) {
            if (given.hasMatchedOption(option.longestName())) {
                throw new Complaint(option.longestName() + " " + why);
            }
        }
    }

    private RunReport onModel(List<ScenarioFiles.Found> scenarios) {
        List<CatalogueEntry> own = policyFiles.load(session.console());
        Lookup lookup = new Lookup(own);
        Set<CatalogueEntry> named = new LinkedHashSet<>(lookup.policies(policyNames));
        named.addAll(own);
        CheckOptions options = search.options(session.interruption()::isRequested);
        List<RunReport.FileRun> runs = new ArrayList<>();
        for (ScenarioFiles.Found found : scenarios) {
            if (session.interruption().isRequested()) {
                break;
            }
            runs.add(onModel(found, lookup, named, options));
        }
        return new RunReport(runs);
    }

    private static RunReport.FileRun onModel(
            ScenarioFiles.Found found,
            Lookup lookup,
            Set<CatalogueEntry> named,
            CheckOptions options) {
        Scenario scenario = found.scenario();
        List<CatalogueEntry> policies = new ArrayList<>(named);
        List<String> notAsked = new ArrayList<>();
        if (named.isEmpty()) {
            for (String name : Runner.policies(scenario)) {
                Optional<CatalogueEntry> policy = lookup.findPolicy(name);
                policy.ifPresentOrElse(policies::add, () -> notAsked.add(name));
            }
        }
        List<RunResult> results = new ArrayList<>();
        for (CatalogueEntry policy : policies) {
            results.add(Runner.run(scenario, policy, options));
        }
        return new RunReport.FileRun(found.name(), scenario.title(), results, notAsked);
    }

    private RunReport onXen(List<ScenarioFiles.Found> scenarios) {
        if (policyNames.size() > 1) {
            throw new Complaint("--on xen takes one policy: the one that this Xen has");
        }
        String policy =
                policyNames.isEmpty()
                        ? Runner.USUAL_POLICY
                        : new Lookup(List.of()).policy(policyNames.getFirst()).name();
        List<RunReport.FileRun> runs = new ArrayList<>();
        try (Backend backend = Backend.open(xen.hypervisor(), xen.words())) {
            for (ScenarioFiles.Found found : scenarios) {
                if (session.interruption().isRequested()) {
                    break;
                }
                RunResult result = Runner.run(found.scenario(), policy, backend);
                runs.add(
                        new RunReport.FileRun(
                                found.name(),
                                found.scenario().title(),
                                List.of(result),
                                List.of()));
            }
        } catch (Backend.Missing e) {
            throw new Complaint(Exit.MISSING, String.valueOf(e.getMessage()));
        } catch (XenException e) {
            throw XenChoice.complaint(e);
        }
        return new RunReport(runs);
    }
}
