package shootdown.checker;

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;

/**
 * Takes every plain step of every CPU, and enters the policy's flushes in a {@link FlushLedger}.
 */
final class EconomyExpander implements Expander, Chooser {
    private final Hypervisor xen;
    private final FlushLedger ledger;
    private final StepNumbers steps;
    private final int[] actions;
    private final long[] next;
    private final int cpus;
    private int answer;
    private int answers;

    EconomyExpander(MachineSystem system) {
        this.xen = system.hypervisor();
        this.ledger = new FlushLedger(xen);
        this.steps = new StepNumbers(xen);
        this.actions = new int[xen.actionCount()];
        this.next = new long[system.layout().length()];
        this.cpus = system.universe().machine().cpus();
    }

    @Override
    public int choose(int n) {
        answers = n;
        return answer;
    }

    @Override
    public long check(long[] state) {
        return 0;
    }

    @Override
    public void expand(long[] state, Successors out) {
        for (int cpu = 0; cpu < cpus; cpu++) {
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
    }

    private void step(long[] state, int cpu, int action, Successors out) {
        System.arraycopy(state, 0, next, 0, state.length);
        xen.perform(next, cpu, action, this, ledger);
        ledger.enter(state, next, cpu, action, this);
        out.add(next, steps.number(cpu, action, answer), 0);
    }

    @Override
    public long[] counters() {
        return ledger.counts();
    }
}
