package shootdown.checker;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Observer;

/**
 * Hears what happens in a step, and finds out what it was good for: the step is taken again without
 * it. One for each thread.
 */
interface Ledger extends Observer {
    /**
     * Enters what it heard of the step that was just taken from {@code before} to {@code after}.
     */
    void enter(long[] before, long[] after, int cpu, int action, Chooser chooser);

    /** As many as every ledger of the kind has. */
    long[] counts();
}
