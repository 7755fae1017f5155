package shootdown.checker;

import shootdown.engine.Successors;

/** Takes every plain step of every CPU, and has it entered in a {@link Ledger}. */
final class EconomyExpander extends StepExpander {
    private final Ledger ledger;

    EconomyExpander(MachineSystem system, Ledger ledger) {
        super(system);
        this.ledger = ledger;
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
