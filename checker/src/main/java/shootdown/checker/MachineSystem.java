package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.engine.Expander;
import shootdown.engine.TransitionSystem;
import shootdown.hardware.ExplicitCaches;
import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.CpuPermutation;
import shootdown.hypervisor.Decisions;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.Machine;
import shootdown.policy.Policy;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A universe under a policy as a transition system for the engine. Immutable, thread-safe. */
final class MachineSystem implements TransitionSystem {
    /** Not a property: the step in which two compared policies decide differently. */
    static final int DIFFERENCE = Property.values().length;

    /** Not a property either: a state that is the {@link Goal}. */
    static final int GOAL = DIFFERENCE + 1;

    static final long GOAL_BIT = 1L << GOAL;

    private final Universe universe;
    private final Policy policy;
    private final @Nullable Policy compared;
    private final @Nullable Goal goal;
    private final Layout layout;
    private final TranslationCaches caches;
    private final boolean fused;
    private final boolean explicit;
    private final boolean strict;
    private final long @Nullable [] start;
    private final @Nullable Decisions decisions;
    private final List<CpuPermutation> permutations;
    private final Interrupts interrupts = new Interrupts();

    /**
     * @param fused whether steps of a call that others cannot observe are taken as one
     * @param explicit whether fills and evictions are steps
     */
    MachineSystem(Universe universe, Policy policy, boolean fused, boolean explicit) {
        this(universe, policy, null, null, fused, explicit, false, null, null);
    }

    MachineSystem(
            Universe universe,
            Policy policy,
            @Nullable Policy compared,
            boolean fused,
            boolean explicit) {
        this(universe, policy, compared, null, fused, explicit, false, null, null);
    }

    private MachineSystem(
            Universe universe,
            Policy policy,
            @Nullable Policy compared,
            @Nullable Goal goal,
            boolean fused,
            boolean explicit,
            boolean strict,
            long @Nullable [] start,
            @Nullable Decisions decisions) {
        this.universe = universe;
        this.policy = policy;
        this.compared = compared;
        this.goal = goal;
        this.fused = fused;
        this.explicit = explicit;
        this.strict = strict;
        this.start = start;
        this.decisions = decisions;
        this.layout = new Layout(universe.machine());
        if (explicit && universe.machine().storeBuffers()) {
            throw new UnsuitableSearch(
                    universe.name() + " has store buffers, with which caches cannot be explicit");
        }
        this.caches = explicit ? new ExplicitCaches(layout.geometry()) : layout.saturatedCaches();
        this.permutations = permutations(layout, Weakenings.isBlind(policy));
    }

    /**
     * All permutations of the CPUs, if they may all do the same.
     *
     * @param blind whether the policy treats all CPUs alike; those of the catalogue do, another
     *     might look at their numbers
     */
    private static List<CpuPermutation> permutations(Layout layout, boolean blind) {
        Machine machine = layout.machine();
        long all = (1L << machine.cpus()) - 1;
        boolean alike =
                blind
                        && machine.operations().stream()
                                .allMatch(op -> (op.cpus() & all) == all && !op.namesCpus())
                        && !machine.hasSeveralDomains()
                        && !machine.schedules()
                        && !machine.losesOneFlush()
                        && !machine.hasPrograms();
        List<CpuPermutation> found = new ArrayList<>();
        int[] identity = new int[machine.cpus()];
        for (int cpu = 0; cpu < identity.length; cpu++) {
            identity[cpu] = cpu;
        }
        permute(identity, alike ? 0 : identity.length, layout, found);
        return found;
    }

    private static void permute(int[] to, int from, Layout layout, List<CpuPermutation> found) {
        if (from >= to.length) {
            found.add(new CpuPermutation(layout, to));
            return;
        }
        for (int i = from; i < to.length; i++) {
            int[] swapped = to.clone();
            swapped[from] = to[i];
            swapped[i] = to[from];
            permute(swapped, from + 1, layout, found);
        }
    }

    /** Takes plain steps, and judges the ends of programs, or whatever states the goal is about. */
    static MachineSystem withGoal(Universe universe, Policy policy, Goal goal) {
        return new MachineSystem(universe, policy, null, goal, false, false, false, null, null);
    }

    /** The same, judging optional properties as well if {@code value} says so. */
    MachineSystem withStrict(boolean value) {
        return new MachineSystem(
                universe, policy, compared, goal, fused, explicit, value, start, decisions);
    }

    /** The same from another state of the machine. */
    MachineSystem from(long[] state) {
        return new MachineSystem(
                universe,
                policy,
                compared,
                goal,
                fused,
                explicit,
                strict,
                state.clone(),
                decisions);
    }

    /** The same, noting what the policy is asked and decides. */
    MachineSystem noting(Decisions value) {
        return new MachineSystem(
                universe, policy, compared, goal, fused, explicit, strict, start, value);
    }

    boolean isStrict() {
        return strict;
    }

    @Nullable Goal goal() {
        return goal;
    }

    Universe universe() {
        return universe;
    }

    Layout layout() {
        return layout;
    }

    boolean isFused() {
        return fused;
    }

    /**
     * Whether CPUs are asked one by one. A single one would never be asked the same twice; searches
     * with reductions, fusing among them, are too small to recall much (the whole table takes 16 s
     * without and 27 s with it); store buffers give each a memory of its own; fills and evictions
     * are nobody's; and whether a goal is reached is seen only in the whole.
     */
    @Override
    public boolean hasParts() {
        Machine machine = layout.machine();
        return machine.cpus() > 1
                && !fused
                && !explicit
                && goal == null
                && !machine.storeBuffers()
                && !machine.hasPrograms();
    }

    Interrupts interrupts() {
        return interrupts;
    }

    Hypervisor hypervisor() {
        return noting(new Hypervisor(layout, caches, policy, compared));
    }

    /** One that tells what it looks at. */
    Hypervisor telling() {
        Layout own = layout.told();
        return noting(new Hypervisor(own, own.saturatedCaches(), policy, compared));
    }

    private Hypervisor noting(Hypervisor xen) {
        return decisions == null ? xen : xen.noting(decisions);
    }

    TranslationCaches caches() {
        return caches;
    }

    long[] firstState() {
        return universe.firstState(layout, caches);
    }

    @Override
    public int[] blockLengths() {
        return layout.blockLengths();
    }

    @Override
    public int firstSetBlock() {
        return 1 + universe.machine().cpus();
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(start == null ? firstState() : start);
    }

    @Override
    public Expander expander() {
        return new MachineExpander(this);
    }

    @Override
    public int permutations() {
        return permutations.size();
    }

    @Override
    public void permute(long[] state, int permutation, long[] out) {
        permutations.get(permutation).apply(state, out);
    }

    @Override
    public int properties() {
        return GOAL + 1;
    }

    @Override
    public int counters() {
        return Property.values().length + Activity.values().length;
    }
}
