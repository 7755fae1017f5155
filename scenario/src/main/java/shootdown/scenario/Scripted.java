package shootdown.scenario;

import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.checker.Walk;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Hypervisor;
import shootdown.policy.CatalogueEntry;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plays a script, turn by turn. Where it leaves a choice open every answer is tried, so there are
 * several branches; those that lead to the same state are one.
 */
final class Scripted {
    private static final int MOST_BRANCHES = 10_000;

    /** No call takes more steps than this. */
    private static final int MOST_STEPS = 100_000;

    /**
     * One way that the script can go.
     *
     * @param state where it has come to
     * @param steps how
     * @param broken the properties that were broken on the way
     */
    record Branch(long[] state, List<Story.Step> steps, Set<Property> broken) {}

    /** A branch within a turn: how many of the turn's answers are used up. */
    private record Partial(Branch branch, int used) {}

    private final Scenario scenario;
    private final Walk walk;
    private final Hypervisor xen;
    private String problem = "";
    private long states;

    Scripted(Scenario scenario, CatalogueEntry policy, Universe universe) {
        this.scenario = scenario;
        this.walk = new Walk(policy, universe);
        this.xen = walk.hypervisor();
    }

    /** Why the script could not be played to its end, or empty. */
    String problem() {
        return problem;
    }

    /** How many states were passed. */
    long states() {
        return states;
    }

    Observed outcome(Branch branch) {
        return new ModelOutcome(scenario, xen, branch.state());
    }

    /** All ways that the script can go. */
    List<Branch> run() {
        Script script = java.util.Objects.requireNonNull(scenario.script());
        List<Branch> branches =
                List.of(new Branch(walk.firstState(), List.of(), EnumSet.noneOf(Property.class)));
        for (int turn = 0; turn < script.turns().size() && problem.isEmpty(); turn++) {
            Map<LongBuffer, Branch> next = new LinkedHashMap<>();
            for (Branch branch : branches) {
                for (Branch after : turn(script, turn, branch)) {
                    next.merge(LongBuffer.wrap(after.state()), after, Scripted::merge);
                }
            }
            branches = List.copyOf(next.values());
            if (branches.size() > MOST_BRANCHES) {
                problem = "turn %d: too many branches; answer choices".formatted(turn + 1);
            }
        }
        return branches;
    }

    private static Branch merge(Branch one, Branch other) {
        return one.broken().containsAll(other.broken()) ? one : other;
    }

    private List<Branch> turn(Script script, int number, Branch from) {
        Script.Turn turn = script.turns().get(number);
        int end = script.grain() == Script.Grain.CALLS ? callAfter(turn.cpu(), from.state()) : -1;
        List<Branch> done = new ArrayList<>();
        List<Partial> left = List.of(new Partial(from, 0));
        for (int steps = 0; !left.isEmpty() && problem.isEmpty(); steps++) {
            List<Partial> next = new ArrayList<>();
            for (Partial partial : left) {
                for (Partial after : step(turn, partial, number)) {
                    boolean over =
                            end < 0 || xen.hasReached(after.branch().state(), turn.cpu(), end);
                    if (over) {
                        done.add(after.branch());
                    } else {
                        next.add(after);
                    }
                }
            }
            left = next;
            if (steps > MOST_STEPS || left.size() > MOST_BRANCHES) {
                problem = "turn %d does not come to an end".formatted(number + 1);
            }
        }
        return done;
    }

    /** The number of the call behind the one that a CPU is about to do. */
    private int callAfter(int cpu, long[] s) {
        List<Call> calls = scenario.program(cpu).calls();
        int now = xen.results().call(s, cpu);
        int end = 0;
        for (Call call : calls) {
            end += Call.count(List.of(call));
            if (end > now) {
                return end;
            }
        }
        return end;
    }

    private List<Partial> step(Script.Turn turn, Partial partial, int number) {
        long[] from = partial.branch().state();
        int[] actions = walk.actions(from, turn.cpu());
        int action = -1;
        for (int possible : actions) {
            boolean wanted = turn.flushed() < 0 || possible == xen.serve(turn.flushed());
            if (action < 0 && wanted) {
                action = possible;
            }
        }
        if (action < 0) {
            problem = "turn %d: cpu%d cannot do this".formatted(number + 1, turn.cpu());
            return List.of();
        }
        Walk.Taken first = walk.take(from, turn.cpu(), action, 0);
        boolean scripted = first.answers() > 1 && partial.used() < turn.answers().size();
        int least = scripted ? turn.answers().get(partial.used()) : 0;
        int most = scripted ? least : first.answers() - 1;
        if (most >= first.answers()) {
            problem =
                    "turn %d: there is no answer %d, only 0 to %d"
                            .formatted(number + 1, least, first.answers() - 1);
            return List.of();
        }
        List<Partial> after = new ArrayList<>();
        for (int answer = least; answer <= most; answer++) {
            Walk.Taken taken = walk.take(from, turn.cpu(), action, answer);
            states++;
            List<Story.Step> steps = new ArrayList<>(partial.branch().steps());
            steps.add(new Story.Step(turn.cpu(), action, answer));
            Set<Property> broken = EnumSet.copyOf(partial.branch().broken());
            broken.addAll(taken.broken());
            after.add(
                    new Partial(
                            new Branch(taken.state(), steps, broken),
                            partial.used() + (scripted ? 1 : 0)));
        }
        return after;
    }
}
