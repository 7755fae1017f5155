package shootdown.scenario;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.hypervisor.Machine;
import shootdown.policy.CatalogueEntry;
import shootdown.scenario.RunResult.Judged;
import shootdown.scenario.RunResult.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs scenarios, and judges what they expect. */
public final class Runner {
    /** The policy that Xen has had since the fix of XSA-286. */
    public static final String USUAL_POLICY = "final";

    private Runner() {}

    /** The policies that a scenario is about: those that it names, and else that of Xen. */
    public static List<String> policies(Scenario scenario) {
        Set<String> named = new LinkedHashSet<>();
        boolean any = scenario.programs().stream().anyMatch(p -> !p.answers().isEmpty());
        for (Section section : scenario.sections()) {
            if (section.where() != Section.Where.XEN) {
                named.addAll(section.policies());
                any |= section.policies().isEmpty();
            }
        }
        if (any) {
            named.add(USUAL_POLICY);
        }
        return List.copyOf(named);
    }

    /** A scenario's machine with its programs, as a universe. */
    public static Universe universe(Scenario scenario) {
        Machine machine = Machines.of(scenario);
        return new Universe(
                "scenario",
                scenario.title(),
                "",
                "",
                machine,
                scenario.setting().frameNames(),
                first -> Machines.setUp(scenario.setting(), first),
                false);
    }

    /** The universe that a text describes. */
    public static Universe universe(UniverseFile file) {
        return new Universe(
                file.name(),
                file.title(),
                file.aims(),
                file.cannotShow(),
                Machines.of(file),
                file.setting().frameNames(),
                first -> Machines.setUp(file.setting(), first),
                true);
    }

    /** All outcomes on the model, or those of the script. */
    public static RunResult run(Scenario scenario, CatalogueEntry policy, CheckOptions options) {
        List<Expectation> asked = new ArrayList<>(inline(scenario));
        scenario.sections().stream()
                .filter(section -> section.appliesOnModel(policy.name()))
                .forEach(section -> asked.addAll(section.expectations()));
        CheckOptions plain =
                options.withFusing(false)
                        .withExplicit(false)
                        .withSearch(options.search().withSymmetry(false).withCovering(true));
        return scenario.script() == null
                ? explore(scenario, policy, plain, asked)
                : script(scenario, policy, asked);
    }

    /** The one outcome of a real hypervisor that flushes as the policy does. */
    public static RunResult run(Scenario scenario, String policy, Backend backend) {
        List<Expectation> asked = new ArrayList<>(inline(scenario));
        scenario.sections().stream()
                .filter(section -> section.appliesOnXen(policy, backend.version()))
                .forEach(section -> asked.addAll(section.expectations()));
        boolean anyOrder = scenario.script() == null && scenario.programs().size() > 1;
        String name = "Xen " + backend.version() + (anyOrder ? ", cpu0 first" : "");
        Optional<String> reason = backend.cannotRun(scenario);
        if (reason.isPresent()) {
            return RunResult.notRun(name, reason.get());
        }
        ExpectationPrinter printer = new ExpectationPrinter(new Names(scenario.setting()));
        List<Judged> judged = new ArrayList<>();
        try {
            Observed outcome = backend.run(scenario);
            for (Expectation expectation : asked) {
                judged.add(
                        new Judged(
                                printer.expectation(expectation),
                                verdict(expectation, outcome),
                                null));
            }
        } catch (Backend.Refused e) {
            return new RunResult(
                    name, List.of(), 0, 0, End.STATE_LIMIT, String.valueOf(e.getMessage()));
        }
        return new RunResult(name, judged, 1, 0, End.EXHAUSTED, "");
    }

    /** What one run tells: nothing of properties, which are about translations that nobody used. */
    private static Verdict verdict(Expectation expectation, Observed outcome) {
        try {
            return switch (expectation) {
                case Expectation.Always a -> verdict(Conditions.holds(a.condition(), outcome));
                case Expectation.Never n -> verdict(!Conditions.holds(n.condition(), outcome));
                case Expectation.Sometimes s ->
                        Conditions.holds(s.condition(), outcome) ? Verdict.HOLDS : Verdict.NOT_SEEN;
                case Expectation.Keeps k -> Verdict.NOT_SEEN;
                case Expectation.Breaks b -> Verdict.NOT_SEEN;
            };
        } catch (Backend.NotObservable e) {
            return Verdict.NOT_SEEN;
        }
    }

    private static Verdict verdict(boolean holds) {
        return holds ? Verdict.HOLDS : Verdict.FAILS;
    }

    /** What stands behind the calls themselves. */
    private static List<Expectation> inline(Scenario scenario) {
        List<Expectation> expectations = new ArrayList<>();
        for (Program program : scenario.programs()) {
            for (Map.Entry<Place, List<Answer>> at : program.answers().entrySet()) {
                at.getValue()
                        .forEach(
                                answer ->
                                        expectations.add(
                                                new Expectation.Always(
                                                        new Condition.Answered(
                                                                at.getKey(), answer))));
            }
        }
        return expectations;
    }

    private static RunResult explore(
            Scenario scenario,
            CatalogueEntry policy,
            CheckOptions options,
            List<Expectation> asked) {
        Universe universe = universe(scenario);
        Tally tally = new Tally(asked);
        Cell cell =
                Checker.checkPrograms(
                        policy,
                        universe,
                        (xen, s) -> {
                            tally.add(new ModelOutcome(scenario, xen, s), Set.of());
                            return false;
                        },
                        options);
        cell.broken().forEach(tally::broke);
        Witnesses witnesses =
                new Witnesses() {
                    @Override
                    public Optional<Story> of(Condition condition, boolean value, String wrong) {
                        return Storyteller.reach(
                                policy,
                                universe,
                                (xen, s) ->
                                        Conditions.holds(
                                                        condition,
                                                        new ModelOutcome(scenario, xen, s))
                                                == value,
                                wrong,
                                options);
                    }

                    @Override
                    public Optional<Story> of(Property property, String wrong) {
                        return Storyteller.tell(policy, universe, property, options);
                    }
                };
        boolean complete = cell.end() == End.EXHAUSTED;
        return new RunResult(
                policy.name(),
                judge(scenario, asked, tally, witnesses, complete),
                tally.ends(),
                cell.states(),
                cell.end(),
                complete && tally.ends() == 0 ? "the programs never come to an end" : "");
    }

    private static RunResult script(
            Scenario scenario, CatalogueEntry policy, List<Expectation> asked) {
        Universe universe = universe(scenario);
        Scripted scripted = new Scripted(scenario, policy, universe);
        List<Scripted.Branch> branches = scripted.run();
        Tally tally = new Tally(asked);
        for (Scripted.Branch branch : branches) {
            tally.add(scripted.outcome(branch), branch.broken());
        }
        Witnesses witnesses =
                new Witnesses() {
                    @Override
                    public Optional<Story> of(Condition condition, boolean value, String wrong) {
                        return branches.stream()
                                .filter(
                                        branch ->
                                                Conditions.holds(
                                                                condition, scripted.outcome(branch))
                                                        == value)
                                .findFirst()
                                .map(branch -> tell(branch, wrong));
                    }

                    @Override
                    public Optional<Story> of(Property property, String wrong) {
                        return branches.stream()
                                .filter(branch -> branch.broken().contains(property))
                                .findFirst()
                                .map(branch -> tell(branch, wrong));
                    }

                    private Story tell(Scripted.Branch branch, String wrong) {
                        return Storyteller.retell(policy, universe, branch.steps(), wrong);
                    }
                };
        boolean complete = scripted.problem().isEmpty();
        return new RunResult(
                policy.name(),
                judge(scenario, asked, tally, witnesses, complete),
                tally.ends(),
                scripted.states(),
                complete ? End.EXHAUSTED : End.STATE_LIMIT,
                scripted.problem());
    }

    /** Finds ways to what should not be. */
    private interface Witnesses {
        /** To an end of which the condition has this value. */
        Optional<Story> of(Condition condition, boolean value, String wrong);

        /** To a state that breaks the property. */
        Optional<Story> of(Property property, String wrong);
    }

    private static List<Judged> judge(
            Scenario scenario,
            List<Expectation> asked,
            Tally tally,
            Witnesses witnesses,
            boolean complete) {
        ExpectationPrinter printer = new ExpectationPrinter(new Names(scenario.setting()));
        List<Judged> judged = new ArrayList<>();
        for (Expectation expectation : asked) {
            Verdict verdict = tally.verdict(expectation, complete);
            String text = printer.expectation(expectation);
            String wrong = "This is against '" + text + "'.";
            Optional<Story> witness =
                    verdict != Verdict.FAILS
                            ? Optional.empty()
                            : switch (expectation) {
                                case Expectation.Always a ->
                                        witnesses.of(a.condition(), false, wrong);
                                case Expectation.Never n ->
                                        witnesses.of(n.condition(), true, wrong);
                                case Expectation.Keeps k -> witnesses.of(k.property(), wrong);
                                case Expectation.Sometimes s -> Optional.empty();
                                case Expectation.Breaks b -> Optional.empty();
                            };
            judged.add(new Judged(text, verdict, witness.orElse(null)));
        }
        return judged;
    }
}
