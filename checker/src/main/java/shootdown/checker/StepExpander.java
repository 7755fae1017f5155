package shootdown.checker;

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;

/**
 * Takes every step of every CPU with every answer.
 *
 * <p>A step that asks its chooser is taken again from the same state for each further answer.
 */
abstract class StepExpander implements Expander, Chooser {
    final Hypervisor xen;
    final StepNumbers steps;
    final long[] next;
    final int cpus;
    final int[] actions;
    int answer;
    int answers;

    StepExpander(MachineSystem system) {
        this(system, system.hypervisor());
    }

    StepExpander(MachineSystem system, Hypervisor xen) {
        this.xen = xen;
        this.steps = new StepNumbers(xen);
        this.actions = new int[xen.actionCount()];
        this.next = new long[system.layout().length()];
        this.cpus = system.universe().machine().cpus();
    }

    @Override
    public final int choose(int n) {
        answers = n;
        return answer;
    }

    @Override
    public void expand(long[] state, Successors out) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            expand(state, cpu, out);
        }
    }

    /** Takes every step of one CPU. */
    final void expand(long[] state, int cpu, Successors out) {
        int n = xen.actions(state, cpu, actions);
        for (int i = 0; i < n; i++) {
            answer = 0;
            do {
                answers = 1;
                step(state, cpu, actions[i], out);
                answer++;
            } while (answer < answers);
        }
    }

    /** Takes one step with the current answer; leaves in {@link #answers} how many there are. */
    abstract void step(long[] state, int cpu, int action, Successors out);
}
