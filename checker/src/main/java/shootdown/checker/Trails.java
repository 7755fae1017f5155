package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Place.Judgement;
import shootdown.checker.Place.Next;
import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Operation;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A universe under a policy as somebody sees who goes through it step by step.
 *
 * <p>A path is a list of numbers: at each place the steps that are possible are numbered from 0,
 * ascending by CPU, action and answer, as the engine orders them. So a path means the same in every
 * run. Steps are plain, as those of stories. Each question starts at the first state, on a machine
 * of its own: thread-safe.
 */
public final class Trails {
    private final CatalogueEntry policy;
    private final Universe universe;

    public Trails(CatalogueEntry policy, Universe universe) {
        this.policy = policy;
        this.universe = universe;
    }

    public CatalogueEntry policy() {
        return policy;
    }

    public Universe universe() {
        return universe;
    }

    /** A step that is possible, what it leads to, and how many results the same action has. */
    private record Branch(Story.Step step, Walk.Taken taken) {}

    /** The end of a path: the steps to it, and for each of them what it came to. */
    private record Trail(List<Story.Step> steps, List<Walk.Taken> taken) {
        Walk.Taken last() {
            return taken.getLast();
        }
    }

    /**
     * Where a path leads.
     *
     * @throws NoSuchPath if it takes a step where it is not possible
     */
    public Place at(List<Integer> path) {
        Walk walk = walk();
        Trail trail = follow(walk, path);
        Map<Property, Judgement> judgements = judgements(trail.last());
        Map<Property, String> wrong = new EnumMap<>(Property.class);
        for (Property property : trail.last().broken()) {
            wrong.put(property, Storyteller.wrong(policy, universe, property, trail.steps()));
        }
        return new Place(
                path,
                story(trail, null, ""),
                trail.taken().stream().skip(1).map(Walk.Taken::broken).toList(),
                next(walk, trail.last().state()),
                judgements,
                wrong);
    }

    /**
     * The story of a path to a place where something is broken, told for that property.
     *
     * @throws NoSuchPath if it takes a step where it is not possible
     * @throws IllegalArgumentException if the place does not break the property
     */
    public Story story(List<Integer> path, Property property) {
        Trail trail = follow(walk(), path);
        if (!trail.last().broken().contains(property)) {
            throw new IllegalArgumentException(property + " is not broken there");
        }
        String wrong = Storyteller.wrong(policy, universe, property, trail.steps());
        return story(trail, property, wrong);
    }

    private Story story(Trail trail, @Nullable Property property, String wrong) {
        return Storyteller.retell(policy, universe, property, trail.steps(), wrong);
    }

    /**
     * What a search from a place found.
     *
     * @param path from the first state through that place to the goal, or null if it was not found
     * @param end why the search ended; without a path, only {@link End#EXHAUSTED} means never
     * @param states that were visited
     */
    public record Found(@Nullable List<Integer> path, End end, long states) {}

    /**
     * Searches for the nearest place, from this one on, where a goal is reached.
     *
     * @param options covering must be off for a goal that may be true of a state and not of one
     *     with larger caches; symmetry does not matter
     * @throws NoSuchPath if the path takes a step where it is not possible
     */
    public Found nearest(List<Integer> path, Goal goal, SearchOptions options) {
        Walk walk = walk();
        Walk.Taken from = follow(walk, path).last();
        Hypervisor xen = walk.hypervisor();
        if (goal.on(xen).isReached(xen, from.state(), from.broken())) {
            return new Found(List.copyOf(path), End.VIOLATED, 1);
        }
        MachineSystem system =
                MachineSystem.withGoal(universe, policy.policy(), goal)
                        .withStrict(true)
                        .from(from.state());
        SearchResult result =
                Search.run(
                        system,
                        options.withSymmetry(false).withStopWhenViolated(MachineSystem.GOAL_BIT));
        @Nullable List<Integer> found =
                result.violation(MachineSystem.GOAL)
                        .map(violation -> new Replay(xen).steps(violation))
                        .map(steps -> numbers(walk, path, from.state(), steps))
                        .orElse(null);
        return new Found(found, result.end(), result.states());
    }

    private Walk walk() {
        return new Walk(policy, universe, true);
    }

    private static Trail follow(Walk walk, List<Integer> path) {
        List<Story.Step> steps = new ArrayList<>();
        List<Walk.Taken> taken = new ArrayList<>();
        taken.add(walk.start());
        for (int number : path) {
            List<Branch> branches = branches(walk, taken.getLast().state());
            if (number < 0 || number >= branches.size()) {
                throw new NoSuchPath(missing(steps.size(), number, branches.size()));
            }
            steps.add(branches.get(number).step());
            taken.add(branches.get(number).taken());
        }
        return new Trail(steps, taken);
    }

    private static String missing(int before, int number, int possible) {
        String there =
                switch (possible) {
                    case 0 -> "no step is possible there";
                    case 1 -> "there is only step 0";
                    default -> "there are steps 0 to " + (possible - 1);
                };
        return "the path has no step %d after %d steps: %s".formatted(number, before, there);
    }

    /** All steps that are possible, in the order of their numbers. */
    private static List<Branch> branches(Walk walk, long[] s) {
        List<Branch> branches = new ArrayList<>();
        int cpus = walk.hypervisor().layout().machine().cpus();
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (int action : walk.actions(s, cpu)) {
                int answers = 1;
                for (int answer = 0; answer < answers; answer++) {
                    Walk.Taken taken = walk.take(s, cpu, action, answer);
                    answers = taken.answers();
                    branches.add(new Branch(new Story.Step(cpu, action, answer), taken));
                }
            }
        }
        return branches;
    }

    /** The path that goes on with these steps from the state where it has come to. */
    private static List<Integer> numbers(
            Walk walk, List<Integer> path, long[] from, List<Story.Step> steps) {
        List<Integer> numbers = new ArrayList<>(path);
        long[] s = from;
        for (Story.Step step : steps) {
            List<Branch> branches = branches(walk, s);
            int number = branches.stream().map(Branch::step).toList().indexOf(step);
            numbers.add(number);
            s = branches.get(number).taken().state();
        }
        return numbers;
    }

    private static Map<Property, Judgement> judgements(Walk.Taken taken) {
        Map<Property, Judgement> judgements = new EnumMap<>(Property.class);
        for (Property property : Property.values()) {
            judgements.put(
                    property,
                    taken.broken().contains(property)
                            ? Judgement.BROKEN
                            : taken.atStake().contains(property)
                                    ? Judgement.HOLDS
                                    : Judgement.NOTHING_AT_STAKE);
        }
        return judgements;
    }

    private List<Next> next(Walk walk, long[] s) {
        Hypervisor xen = walk.hypervisor();
        Painter painter = new Painter(universe, xen, new Suspects(xen, null, s));
        Narrator narrator = new Narrator(universe, xen, painter);
        List<Next> next = new ArrayList<>();
        for (Branch branch : branches(walk, s)) {
            Story.Step step = branch.step();
            long[] after = s.clone();
            xen.perform(after, step.cpu(), step.action(), n -> step.answer(), narrator);
            Narrator.Line line = narrator.describe(s, step.cpu(), step.action());
            next.add(
                    new Next(
                            next.size(),
                            step.cpu(),
                            line.cpu(),
                            line.function(),
                            line.text(),
                            operation(xen, s, step),
                            step.answer(),
                            branch.taken().answers(),
                            narrator.takeChanges(s, after),
                            branch.taken().broken()));
        }
        return next;
    }

    /** The operation that a step begins, in full; empty for other steps. */
    private String operation(Hypervisor xen, long[] s, Story.Step step) {
        @Nullable Operation begun = null;
        if (step.action() < xen.switchMode()) {
            begun = xen.operation(step.action());
        } else if (step.action() == xen.goOn()) {
            begun = xen.next(s, step.cpu());
        }
        return begun == null ? "" : universe.named(begun.text());
    }
}
