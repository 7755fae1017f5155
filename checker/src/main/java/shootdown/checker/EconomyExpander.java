package shootdown.checker;

import shootdown.engine.Successors;

/**
 * Takes every plain step of every CPU, and enters the policy's flushes in a {@link FlushLedger}.
 */
final class EconomyExpander extends StepExpander {
    private final FlushLedger ledger;

    EconomyExpander(MachineSystem system) {
        super(system);
        this.ledger = new FlushLedger(xen);
    }

    @Override
    public long check(long[] state) {
        return 0;
    }

    @Override
    void step(long[] state, int cpu, int action, Successors out) {
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
