package shootdown.checker;

import shootdown.engine.Expander;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;
import shootdown.policy.Policy;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A universe under a policy, to count what its flushes do: plain steps, no property, no symmetry.
 * What would be the compared policy records the reasons.
 */
final class EconomySystem implements TransitionSystem {
    private final MachineSystem machine;
    private final int counters;
    private final Function<MachineSystem, Ledger> ledger;

    /**
     * @param counters as many as each ledger has
     * @param ledger makes one for a thread
     */
    EconomySystem(
            Universe universe,
            Policy policy,
            int counters,
            Function<MachineSystem, Ledger> ledger) {
        this.machine = machine(universe, policy);
        this.counters = counters;
        this.ledger = ledger;
    }

    /** Searches all states, each of which counts once; only limits, threads and hooks are used. */
    SearchResult search(SearchOptions options) {
        return Search.run(this, options.withCovering(false).withSymmetry(false));
    }

    /** A machine with the same states, and so with the same steps. */
    static MachineSystem machine(Universe universe, Policy policy) {
        return new MachineSystem(universe, policy, new FlushReason.Recorder(), false, false);
    }

    @Override
    public int[] blockLengths() {
        return machine.blockLengths();
    }

    @Override
    public int firstSetBlock() {
        return machine.firstSetBlock();
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        machine.initialStates(sink);
    }

    @Override
    public Expander expander() {
        return new EconomyExpander(machine, ledger.apply(machine));
    }

    @Override
    public int properties() {
        return 0;
    }

    @Override
    public int counters() {
        return counters;
    }
}
