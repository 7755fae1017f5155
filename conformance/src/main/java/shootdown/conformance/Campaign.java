package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.conformance.SecondLook.Parting;
import shootdown.hypervisor.Defect;
import shootdown.xen.Outcome;
import shootdown.xen.XenInstance;
import shootdown.xen.XenInstances;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Random programs on the model and on real Xen, compared after every step. What differs is tried
 * again alone, and made small if it shows again.
 */
public final class Campaign {
    /** Differences of one campaign that are made small and told; others are counted. */
    private static final int TOLD = 10;

    /**
     * What is run.
     *
     * @param arena where
     * @param seed with the number of a program it decides everything
     * @param first number of the first program
     * @param programs how many
     * @param steps of each
     */
    public record Plan(Arena arena, long seed, long first, long programs, int steps) {}

    /** When to end. */
    public interface Limit {
        /** No limit but the plan's. */
        Limit NONE =
                new Limit() {
                    @Override
                    public boolean enough() {
                        return false;
                    }

                    @Override
                    public boolean over() {
                        return false;
                    }
                };

        /** Whether no more programs are wanted; asked after each. */
        boolean enough();

        /** Whether to end now: nothing is tried again or made small any more. */
        boolean over();
    }

    /**
     * A program in which they differ.
     *
     * @param number of the program
     * @param steps of it when it is as small as it gets
     * @param what in one line
     * @param again whether the difference showed again; false if there was no time to try
     * @param scenario the program as a scenario file
     */
    public record Finding(long number, int steps, String what, boolean again, String scenario) {}

    /**
     * A program in which they parted in a way that is only told.
     *
     * @param number of the program
     * @param what in one line
     * @param suspected whether real Xen was in a state that may be a defect of it
     */
    public record Seen(long number, String what, boolean suspected) {}

    /** Hears how far a campaign is. */
    @FunctionalInterface
    public interface Progress {
        /** So many programs are done, and so many of them differ so far. */
        void done(long programs, long differing);

        /** So many of these are tried again. */
        default void triedAgain(int programs, int of) {}

        /** So many that differ again are small. */
        default void madeSmall(int programs, int of) {}
    }

    /**
     * What came of it.
     *
     * @param programs that were run
     * @param steps compared: in a program that differs, those before the difference
     * @param differing programs in which model and real Xen differ, again and again
     * @param suspects programs that were not compared to the end, because they bring real Xen into
     *     a state that may be a defect of it
     * @param untried how many of these two kinds there was no time to try again
     * @param findings the first of those that differ
     * @param once programs in which they parted, but not again
     * @param openSteps steps for which the model allowed several behaviours
     * @param otherChoices of these, steps in which real Xen did not do what a fresh walk would have
     * @param restores how often a machine went back to its saved state
     * @param coverage what was met
     * @param seconds wall time of the programs, without trying again
     */
    public record Report(
            long programs,
            long steps,
            long differing,
            List<Seen> suspects,
            long untried,
            List<Finding> findings,
            List<Seen> once,
            long openSteps,
            long otherChoices,
            long restores,
            Coverage coverage,
            double seconds) {
        public Report {
            suspects = List.copyOf(suspects);
            findings = List.copyOf(findings);
            once = List.copyOf(once);
        }

        /** That of no programs. */
        public static Report none() {
            return new Report(
                    0, 0, 0, List.of(), 0, List.of(), List.of(), 0, 0, 0, new Coverage(), 0);
        }

        /** With that of programs which follow, of the same campaign. */
        public Report and(Report next) {
            Coverage all = new Coverage();
            all.add(coverage);
            all.add(next.coverage);
            return new Report(
                    programs + next.programs,
                    steps + next.steps,
                    differing + next.differing,
                    both(suspects, next.suspects),
                    untried + next.untried,
                    both(findings, next.findings).stream().limit(TOLD).toList(),
                    both(once, next.once),
                    openSteps + next.openSteps,
                    otherChoices + next.otherChoices,
                    restores + next.restores,
                    all,
                    seconds + next.seconds);
        }

        private static <T> List<T> both(List<T> first, List<T> second) {
            return Stream.concat(first.stream(), second.stream()).toList();
        }

        /** The same in another time. */
        public Report in(double otherSeconds) {
            return new Report(
                    programs,
                    steps,
                    differing,
                    suspects,
                    untried,
                    findings,
                    once,
                    openSteps,
                    otherChoices,
                    restores,
                    coverage,
                    otherSeconds);
        }
    }

    /** What is left of a program once it is judged: the steps compared, and where it parts. */
    private record Verdict(int steps, @Nullable Difference difference) {}

    private record Case(Trial trial, Encoder encoder) {}

    /** What the programs have come to so far. */
    private static final class Tally {
        private final List<Parting> partings = new ArrayList<>();
        private long programs;
        private long steps;
        private long differing;

        void add(long number, Verdict verdict) {
            programs++;
            steps += verdict.steps();
            if (verdict.difference() != null) {
                differing += verdict.difference().suspected() ? 0 : 1;
                partings.add(new Parting(number, verdict.difference(), false));
            }
        }
    }

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
        generators = ThreadLocal.withInitial(() -> generator(new Reference(plan.arena(), defects)));
    }

    private ProgramGenerator generator(Reference reference) {
        return new ProgramGenerator(plan.arena(), reference, plan.seed(), plan.steps());
    }

    /** Runs it on these machines, which must be those of the arena. */
    public Report run(XenInstances machines, Limit limit, Progress progress) {
        long restoresBefore = restores(machines);
        machines.all().forEach(machine -> machine.use(domain()));
        Tally tally = new Tally();
        long start = System.nanoTime();
        machines.run(
                plan.first(),
                plan.first() + plan.programs(),
                work(),
                (number, verdict) -> {
                    tally.add(number, verdict);
                    progress.done(tally.programs, tally.differing);
                    return !limit.enough() && !limit.over();
                });
        double seconds = (System.nanoTime() - start) / 1e9;
        long openSteps = judges.values().stream().mapToLong(Judge::openSteps).sum();
        long otherChoices = judges.values().stream().mapToLong(Judge::otherChoices).sum();
        XenInstance machine = machines.all().getFirst();
        SecondLook second = secondLook(machine, tally.partings, limit, progress);
        List<Finding> findings = findings(machine, second.differing(), limit, progress);
        Coverage coverage = new Coverage();
        coverages.values().forEach(coverage::add);
        return new Report(
                tally.programs,
                tally.steps,
                second.differing().size(),
                second.suspected().stream().map(Campaign::seen).toList(),
                second.untried(),
                findings,
                second.once().stream().map(Campaign::seen).toList(),
                openSteps,
                otherChoices,
                restores(machines) - restoresBefore,
                coverage,
                seconds);
    }

    private XenInstance.Domain domain() {
        return switch (plan.arena().domain()) {
            case DOM0 -> XenInstance.Domain.DOM0;
            case DOMU -> XenInstance.Domain.UNPRIVILEGED;
        };
    }

    private static long restores(XenInstances machines) {
        return machines.all().stream().mapToLong(XenInstance::restores).sum();
    }

    private static Seen seen(Parting parting) {
        return new Seen(parting.number(), parting.difference().toString(), parting.suspected());
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
                return verdict(under, outcome, by);
            }
        };
    }

    /** Judges a program, and counts what it met as far as it was compared. */
    private Verdict verdict(Case under, Outcome outcome, XenInstance by) {
        Judge judge = judges.computeIfAbsent(by, this::judgeOf);
        long othersBefore = judge.otherChoices();
        Difference difference = judge(under, outcome, judge);
        Trial trial = under.trial();
        int compared = 0;
        if (outcome instanceof Outcome.Finished) {
            int all = trial.program().steps().size();
            compared = difference == null ? all : Math.max(0, difference.step());
        }
        boolean asExpected = judge.otherChoices() == othersBefore;
        int known = asExpected ? compared : Math.min(compared, trial.expected().firstOpen());
        Coverage coverage = coverages.computeIfAbsent(by, b -> new Coverage());
        for (int i = 0; i < known; i++) {
            coverage.see(
                    trial.program().steps().get(i).call(),
                    trial.expected().steps().get(i).answers());
        }
        return new Verdict(compared, difference);
    }

    private static @Nullable Difference judge(Case under, Outcome outcome, Judge judge) {
        return switch (outcome) {
            case Outcome.Finished f -> judge.judge(under.trial(), under.encoder(), f.result());
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

    // What parts is run again, alone.

    private SecondLook secondLook(
            XenInstance machine, List<Parting> partings, Limit limit, Progress progress) {
        SecondLook second = new SecondLook();
        int done = 0;
        for (Parting parting : partings) {
            if (limit.over()) {
                second.takeForGranted(parting);
            } else {
                second.tryAgain(
                        parting, number -> alone(machine, generators.get().generate(number)));
            }
            progress.triedAgain(++done, partings.size());
        }
        return second;
    }

    private @Nullable Difference alone(XenInstance machine, Trial trial) {
        Encoder encoder = new Encoder(trial.program(), trial.handles());
        Judge judge = judges.computeIfAbsent(machine, this::judgeOf);
        return judge(new Case(trial, encoder), machine.run(encoder), judge);
    }

    private List<Finding> findings(
            XenInstance machine, List<Parting> differing, Limit limit, Progress progress) {
        Reference reference = new Reference(plan.arena(), defects);
        Shrinker shrinker = new Shrinker(reference, limit::over, trial -> alone(machine, trial));
        List<Finding> findings = new ArrayList<>();
        int told = Math.min(TOLD, differing.size());
        for (Parting parting : differing.subList(0, told)) {
            Trial trial = generator(reference).generate(parting.number());
            Shrinker.Small small = shrinker.shrink(trial, parting.difference());
            findings.add(finding(parting, small));
            progress.madeSmall(findings.size(), told);
        }
        return findings;
    }

    private Finding finding(Parting parting, Shrinker.Small small) {
        String what = small.difference().toString();
        String from =
                "conform: seed %d, program %d of %d steps"
                        .formatted(plan.seed(), parting.number(), plan.steps());
        String scenario =
                AsScenario.text(plan.arena(), small.trial(), "Model and real Xen part", what, from);
        int steps = small.trial().program().steps().size();
        return new Finding(parting.number(), steps, what, parting.again(), scenario);
    }
}
