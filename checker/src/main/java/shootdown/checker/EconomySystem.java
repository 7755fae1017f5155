package shootdown.checker;

import shootdown.engine.Expander;
import shootdown.engine.TransitionSystem;
import shootdown.policy.Policy;

import java.util.function.Consumer;

/**
 * A universe under a policy, to count its flushes: plain steps, no property, no symmetry. What
 * would be the compared policy records the reasons.
 */
final class EconomySystem implements TransitionSystem {
    private final MachineSystem machine;

    EconomySystem(Universe universe, Policy policy) {
        machine = new MachineSystem(universe, policy, new FlushReason.Recorder(), false, false);
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
        return new EconomyExpander(machine);
    }

    @Override
    public int properties() {
        return 0;
    }

    @Override
    public int counters() {
        return FlushLedger.length();
    }
}
