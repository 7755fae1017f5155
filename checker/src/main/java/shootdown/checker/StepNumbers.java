package shootdown.checker;

import shootdown.hardware.ExplicitCaches;
import shootdown.hypervisor.Hypervisor;

/**
 * Numbers the steps of a machine, ascending by CPU, action and answer; these numbers order stories.
 * Fills and evictions of explicit caches come last.
 */
final class StepNumbers {
    private static final int ANSWERS = 64;

    private final int actions;
    private final int cpus;

    StepNumbers(Hypervisor xen) {
        this.actions = xen.actionCount();
        this.cpus = xen.layout().machine().cpus();
    }

    int number(int cpu, int action, int answer) {
        return (cpu * actions + action) * ANSWERS + answer;
    }

    int cpu(int step) {
        return step / ANSWERS / actions;
    }

    int action(int step) {
        return step / ANSWERS % actions;
    }

    int answer(int step) {
        return step % ANSWERS;
    }

    /** Whether a step is one of the machine, not of its explicit caches. */
    boolean isOfMachine(int step) {
        return step < number(cpus, 0, 0);
    }

    /** The number of a fill or eviction, as {@link ExplicitCaches} counts members. */
    int cacheStep(int cpu, int member, boolean fill) {
        return number(cpus, 0, 0) + ((member * cpus + cpu) * 2 + (fill ? 0 : 1));
    }
}
