package shootdown.checker;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;

/** Counts one kind of work of one CPU in a step, and how often it was good for anything. */
abstract class WorkLedger implements Ledger {
    /** How many, and how many of these mattered. */
    static final int COLUMNS = 2;

    final Sight sight;
    private final long[] counts = new long[COLUMNS];
    private final long[] without;
    private int worker = -1;

    WorkLedger(Hypervisor xen) {
        this.sight = new Sight(xen);
        this.without = new long[xen.layout().length()];
    }

    /** This CPU does the work in the step that is being taken. */
    final void doneBy(int cpu) {
        worker = cpu;
    }

    @Override
    public void enter(long[] before, long[] after, int cpu, int action, Chooser chooser) {
        if (worker >= 0) {
            System.arraycopy(before, 0, without, 0, before.length);
            takeWithout(without, cpu, action, chooser);
            counts[0]++;
            counts[1] += matters(after, without, worker) ? 1 : 0;
            worker = -1;
        }
    }

    /** Takes the same step without the work. */
    abstract void takeWithout(long[] s, int cpu, int action, Chooser chooser);

    /** Whether the CPU has anything stale without the work that it has not with it. */
    abstract boolean matters(long[] with, long[] without, int cpu);

    @Override
    public final long[] counts() {
        return counts;
    }
}
