package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Defect;
import shootdown.xen.Outcome;
import shootdown.xen.XenInstance;
import shootdown.xen.XenInstances;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Random programs on the model and on real Xen, compared after every step. What differs is tried
 * again and made small.
 */
public final class Campaign {
    /** Differences of one campaign that are made small and told; others are counted. */
    private static final int TOLD = 10;

    /**
     * What is run.
     *
     * @param arena where
     * @param seed with the number of a program it decides everything
     * @param programs how many
     * @param steps of each
     */
    public record Plan(Arena arena, long seed, long programs, int steps) {}

    /**
     * A program in which they differ.
     *
     * @param number of the program
     * @param program as small as it gets; the whole if the difference did not show again
     * @param what in one line
     * @param again whether the difference showed again
     * @param scenario the program as a scenario file
     */
    public record Finding(
            long number, Program program, String what, boolean again, String scenario) {}

    /** Hears how far a campaign is. */
    @FunctionalInterface
    public interface Progress {
        /** So many programs are done, and so many of them differ. */
        void done(long programs, long differing);
    }

    /**
     * What came of it.
     *
     * @param programs compared
     * @param steps compared
     * @param differing programs in which model and real Xen differ
     * @param suspected programs that were not compared to the end, because real Xen came into a
     *     state that may be a defect of it
     * @param findings the first of those that differ
     * @param openSteps steps for which the model allowed several behaviours
     * @param otherChoices of these, steps in which real Xen did not do what a fresh walk would have
     * @param restores how often a machine went back to its saved state
     * @param coverage what was met
     */
    public record Report(
            long programs,
            long steps,
            long differing,
            long suspected,
            List<Finding> findings,
            long openSteps,
            long otherChoices,
            long restores,
            Coverage coverage) {}

    private record Verdict(int steps, @Nullable Difference difference, boolean suspected) {}

    private record Case(Trial trial, Encoder encoder) {}

    private final Plan plan;
    private final Set<Defect> defects;
    private final ThreadLocal<ProgramGenerator> generators;
    private final Map<Long, Case> underWay = new ConcurrentHashMap<>();
    private final Map<XenInstance, Judge> judges = new ConcurrentHashMap<>();
    private final Map<XenInstance, Coverage> coverages = new ConcurrentHashMap<>();

    /**
     * @param defects what is wrong with the model on purpose; none but in tests
     */
    public Campaign(Plan plan, Set<Defect> defects) {
        this.plan = plan;
        this.defects = defects;
        generators =
                ThreadLocal.withInitial(
                        () ->
                                new ProgramGenerator(
                                        plan.arena(),
                                        new Reference(plan.arena(), defects),
                                        plan.seed(),
                                        plan.steps()));
    }

    /**
     * Runs it on these machines, which must be those of the arena.
     *
     * @param cancelled asked after each program
     */
    public Report run(XenInstances machines, BooleanSupplier cancelled, Progress progress) {
        long restoresBefore = restores(machines);
        XenInstance.Domain domain =
                switch (plan.arena().domain()) {
                    case DOM0 -> XenInstance.Domain.DOM0;
                    case DOMU -> XenInstance.Domain.UNPRIVILEGED;
                };
        machines.all().forEach(machine -> machine.use(domain));
        List<Long> differing = new ArrayList<>();
        List<String> first = new ArrayList<>();
        long[] done = new long[3];
        machines.run(
                0,
                plan.programs(),
                work(),
                (number, verdict) -> {
                    done[0]++;
                    done[1] += verdict.steps();
                    done[2] += verdict.suspected() ? 1 : 0;
                    if (verdict.difference() != null && !verdict.suspected()) {
                        differing.add(number);
                        first.add(verdict.difference().toString());
                    }
                    progress.done(done[0], differing.size());
                    return !cancelled.getAsBoolean();
                });
        List<Finding> findings = findings(machines.all().get(0), differing, first);
        Coverage coverage = new Coverage();
        coverages.values().forEach(coverage::add);
        return new Report(
                done[0],
                done[1],
                differing.size(),
                done[2],
                findings,
                judges.values().stream().mapToLong(Judge::openSteps).sum(),
                judges.values().stream().mapToLong(Judge::otherChoices).sum(),
                restores(machines) - restoresBefore,
                coverage);
    }

    private static long restores(XenInstances machines) {
        return machines.all().stream().mapToLong(XenInstance::restores).sum();
    }

    private XenInstances.Work<Verdict> work() {
        return new XenInstances.Work<>() {
            @Override
            public shootdown.xen.Program program(long number) {
                Trial trial = generators.get().generate(number);
                Encoder encoder = new Encoder(trial.program(), trial.handles());
                underWay.put(number, new Case(trial, encoder));
                return encoder;
            }

            @Override
            public Verdict judge(long number, Outcome outcome, XenInstance by) {
                Case under = underWay.remove(number);
                if (under == null) {
                    throw new IllegalStateException("program " + number + " is not under way");
                }
                Coverage coverage = coverages.computeIfAbsent(by, b -> new Coverage());
                List<Program.Step> steps = under.trial().program().steps();
                for (int i = 0; i < steps.size(); i++) {
                    coverage.see(
                            steps.get(i).call(), under.trial().expected().steps().get(i).answers());
                }
                Difference difference = Campaign.this.judge(under, outcome, by);
                boolean suspected = difference != null && difference.suspected();
                return new Verdict(steps.size(), difference, suspected);
            }
        };
    }

    private @Nullable Difference judge(Case under, Outcome outcome, XenInstance by) {
        return switch (outcome) {
            case Outcome.Finished f ->
                    judges.computeIfAbsent(by, this::judgeOf)
                            .judge(under.trial(), under.encoder(), f.result());
            case Outcome.DomainCrashed c -> end(c.step(), "the domain is crashed: " + c.serial());
            case Outcome.HypervisorPanicked p -> end(p.step(), "Xen panics: " + p.serial());
            case Outcome.Hung h -> end(h.step(), "no end: " + h.serial());
            case Outcome.MachineDied d -> end(d.step(), "the machine died: " + d.why());
        };
    }

    private static Difference end(int step, String how) {
        return new Difference(step, "end", "goes on", how.strip());
    }

    private Judge judgeOf(XenInstance machine) {
        Reference reference = new Reference(plan.arena(), defects);
        Comparison comparison = new Comparison(plan.arena(), new RealFrames(machine.frames()));
        return new Judge(reference, comparison);
    }

    // Making small what differs.

    private List<Finding> findings(XenInstance machine, List<Long> numbers, List<String> first) {
        Reference reference = new Reference(plan.arena(), defects);
        ProgramGenerator generator =
                new ProgramGenerator(plan.arena(), reference, plan.seed(), plan.steps());
        Shrinker shrinker = new Shrinker(reference, trial -> runOn(machine, trial));
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < Math.min(TOLD, numbers.size()); i++) {
            Program program = generator.generate(numbers.get(i)).program();
            Shrinker.@Nullable Small small = shrinker.shrink(program);
            String what = small == null ? first.get(i) : small.difference().toString();
            Program told = small == null ? program : small.program();
            String scenario = scenario(numbers.get(i), told, what);
            findings.add(new Finding(numbers.get(i), told, what, small != null, scenario));
        }
        return findings;
    }

    private String scenario(long number, Program program, String what) {
        String from = "conform: seed %d, program %d".formatted(plan.seed(), number);
        return AsScenario.text(plan.arena(), program, "Model and real Xen part", what, from);
    }

    private @Nullable Difference runOn(XenInstance machine, Trial trial) {
        Encoder encoder = new Encoder(trial.program(), trial.handles());
        return judge(new Case(trial, encoder), machine.run(encoder), machine);
    }
}
