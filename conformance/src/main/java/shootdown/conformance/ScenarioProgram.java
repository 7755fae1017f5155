package shootdown.conformance;

import shootdown.conformance.Encoder.Answers;
import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;
import shootdown.scenario.Place;
import shootdown.scenario.Scenario;
import shootdown.scenario.Script;
import shootdown.scenario.Setting.Preparation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A scenario in one order: the frames' contents, then what is pinned and loaded first, as
 * hypercalls, then the calls of the programs.
 *
 * <p>Each L4 that is loaded needs the agent's memory in its last slot. A scenario may declare it (a
 * frame below that slot stands for the agent's L3); otherwise it is added.
 */
final class ScenarioProgram {
    private static final int AGENT_SLOT = Arena.AGENT_SLOT;
    private static final long AGENT_FLAGS = Arena.AGENT_ENTRY & ~Pte.MFN_MASK;
    private static final int L4 = 4;

    private final Scenario scenario;
    private final ScenarioCast cast;
    private final Program program;
    private final Map<Place, Integer> steps = new HashMap<>();

    ScenarioProgram(Scenario scenario) {
        this.scenario = scenario;
        Set<Integer> bases = bases();
        cast = new ScenarioCast(scenario, kernels(bases));
        List<Step> order = new ArrayList<>();
        for (Preparation preparation : scenario.setting().preparations()) {
            order.add(step(preparation));
        }
        inOrder(order);
        program = new Program(contents(bases), order);
    }

    ScenarioCast cast() {
        return cast;
    }

    Program program() {
        return program;
    }

    /** So many steps, from the first, prepare the machine. */
    int preparations() {
        return scenario.setting().preparations().size();
    }

    /** The step that does a whole call, behind all steps for one that is not done. */
    int step(Place place) {
        return steps.getOrDefault(new Place(place.cpu(), place.call(), 0), Integer.MAX_VALUE);
    }

    /** Why it cannot run on the real machine. */
    Optional<String> obstacle() {
        return new Obstacles(scenario, cast).first();
    }

    // Bases, and the agent below them.

    /** Frames that are loaded somewhere, and that may be meant to be an L4. */
    private Set<Integer> bases() {
        Set<Integer> bases = new HashSet<>();
        for (Preparation preparation : scenario.setting().preparations()) {
            switch (preparation) {
                case Preparation.Pinned p -> {}
                case Preparation.Loaded l -> bases.add(l.mfn());
                case Preparation.UserLoaded u -> bases.add(u.mfn());
            }
        }
        scenario.programs()
                .forEach(
                        own ->
                                Call.operations(own.calls())
                                        .forEach(operation -> addBase(operation, bases)));
        bases.removeIf(mfn -> !mayBeBase(mfn));
        return bases;
    }

    private static void addBase(Operation operation, Set<Integer> bases) {
        switch (operation) {
            case Operation.NewBaseptr b -> bases.add(b.mfn());
            case Operation.NewUserBaseptr b -> bases.add(b.mfn());
            case Operation.MovToCr3 m -> bases.add(m.mfn());
            default -> {}
        }
    }

    private boolean mayBeBase(int mfn) {
        return mfn >= 0
                && mfn < scenario.setting().frames().size()
                && scenario.setting().frames().get(mfn).owner().isEmpty()
                && scenario.setting().frames().get(mfn).level() == L4;
    }

    /** The frames that the scenario itself has below the last slot of a base. */
    private Set<Integer> kernels(Set<Integer> bases) {
        Set<Integer> kernels = new HashSet<>();
        for (int base : bases) {
            Long entry = scenario.setting().frames().get(base).contents().get(AGENT_SLOT);
            if (entry != null && Pte.isPresent(entry)) {
                kernels.add(Pte.mfn(entry));
            }
        }
        return kernels;
    }

    private List<Cell> contents(Set<Integer> bases) {
        List<Cell> cells = new ArrayList<>();
        for (int mfn = 0; mfn < scenario.setting().frames().size(); mfn++) {
            if (cast.role(mfn) != ScenarioCast.Role.OWN) {
                continue;
            }
            Map<Integer, Long> contents = scenario.setting().frames().get(mfn).contents();
            int frame = mfn;
            contents.forEach((slot, value) -> cells.add(new Cell(frame, slot, value)));
            if (bases.contains(mfn) && !contents.containsKey(AGENT_SLOT)) {
                cells.add(new Cell(mfn, AGENT_SLOT, Pte.of(cast.kernel(), AGENT_FLAGS)));
            }
        }
        return cells;
    }

    // Steps.

    private static Step step(Preparation preparation) {
        return switch (preparation) {
            case Preparation.Pinned p -> alone(0, new Operation.Pin(p.level(), p.mfn()));
            case Preparation.Loaded l -> alone(l.cpu(), new Operation.NewBaseptr(l.mfn()));
            case Preparation.UserLoaded u -> alone(u.cpu(), new Operation.NewUserBaseptr(u.mfn()));
        };
    }

    private static Step alone(int cpu, Operation operation) {
        return new Step(cpu, new Call.Alone(operation));
    }

    /** The scenario's own order if it has one, else one CPU after the other. */
    private void inOrder(List<Step> order) {
        int[] next = new int[scenario.setting().cpus()];
        Script script = scenario.script();
        if (script != null) {
            script.turns().forEach(turn -> next(turn.cpu(), next, order));
            return;
        }
        for (int cpu = 0; cpu < next.length; cpu++) {
            while (next[cpu] < scenario.program(cpu).calls().size()) {
                next(cpu, next, order);
            }
        }
    }

    private void next(int cpu, int[] next, List<Step> order) {
        List<Call> calls = scenario.program(cpu).calls();
        if (next[cpu] < calls.size()) {
            steps.put(new Place(cpu, next[cpu] + 1, 0), order.size());
            order.add(new Step(cpu, calls.get(next[cpu]++)));
        }
    }

    /** The same without its last steps. */
    Program first(int count) {
        return new Program(program.memory(), program.steps().subList(0, count));
    }

    /** The answers of a call, or of an entry of a multicall. */
    static Answers part(Answers whole, Place place) {
        return place.part() == 0 ? whole : whole.entries().get(place.part() - 1);
    }
}
