package shootdown.checker;

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.engine.TransitionSystem;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.policy.Final;

import java.util.function.Consumer;

/** A universe under {@code final}, watched in every plain step; for one thread. */
abstract class WatchedSystem implements TransitionSystem, Observer {
    final Hypervisor xen;
    private final MachineSystem system;

    WatchedSystem(Universe universe) {
        system = new MachineSystem(universe, new Final(), false, false);
        xen = system.hypervisor();
    }

    /** Whether a state is one that the only property forbids. */
    boolean isWrong(long[] state) {
        return false;
    }

    /** A CPU is about to take a step, of which the observer hears. */
    void acts(int action) {}

    /** No CPU can go on. */
    void stuck() {}

    private final class Steps extends StepExpander {
        private boolean moved;

        Steps() {
            super(system);
        }

        @Override
        public long check(long[] state) {
            return isWrong(state) ? 1 : 0;
        }

        @Override
        public void expand(long[] state, Successors out) {
            moved = false;
            super.expand(state, out);
            if (!moved) {
                stuck();
            }
        }

        @Override
        void step(long[] state, int cpu, int action, Successors out) {
            moved = true;
            System.arraycopy(state, 0, next, 0, state.length);
            acts(action);
            xen.perform(next, cpu, action, this, WatchedSystem.this);
            out.add(next, steps.number(cpu, action, answer), 0);
        }

        @Override
        public long[] counters() {
            return new long[0];
        }
    }

    @Override
    public Expander expander() {
        return new Steps();
    }

    @Override
    public int properties() {
        return 1;
    }

    @Override
    public int counters() {
        return 0;
    }

    @Override
    public int[] blockLengths() {
        return system.blockLengths();
    }

    @Override
    public int firstSetBlock() {
        return system.firstSetBlock();
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        system.initialStates(sink);
    }

    @Override
    public int permutations() {
        return system.permutations();
    }

    @Override
    public void permute(long[] state, int permutation, long[] out) {
        system.permute(state, permutation, out);
    }
}
