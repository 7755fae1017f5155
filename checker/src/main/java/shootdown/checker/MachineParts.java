package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.engine.Parts;
import shootdown.engine.Successors;
import shootdown.hardware.Footprint;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Interrupt;
import shootdown.hypervisor.Layout;

import java.util.Arrays;

/**
 * A machine as its CPUs, and what is to be judged of it as a whole. A CPU is at home in memory, its
 * own registers and its caches; of the others it seldom sees more than whether they hold a lock.
 *
 * <p>Three kinds of questions follow up a step: how the caches of another CPU follow what has
 * changed in memory; how a CPU handles an interrupt; and how the one that asked for it goes on.
 */
final class MachineParts implements Parts {
    private static final int MEMORY = 0;

    private final Interrupts interrupts;
    private final MachineExpander expander;
    private final PropertyChecks checks;
    private final Footprint footprint;
    private final int cpus;
    private final long[] allCaches;
    private final int[][] homes;
    private final int[][] followed;
    private final int[] memory = {MEMORY};

    MachineParts(
            Hypervisor xen,
            MachineExpander expander,
            PropertyChecks checks,
            Interrupts interrupts) {
        this.interrupts = interrupts;
        this.expander = expander;
        this.checks = checks;
        Layout layout = xen.layout();
        footprint = layout.looked();
        cpus = layout.machine().cpus();
        allCaches = new long[layout.blockLengths()[caches(0)]];
        Arrays.fill(allCaches, -1);
        homes = new int[cpus][];
        followed = new int[cpus][];
        for (int cpu = 0; cpu < cpus; cpu++) {
            homes[cpu] = new int[] {MEMORY, registers(cpu), caches(cpu)};
            followed[cpu] = new int[] {MEMORY, caches(cpu)};
        }
    }

    private static int registers(int cpu) {
        return 1 + cpu;
    }

    private int caches(int cpu) {
        return 1 + cpus + cpu;
    }

    /** The CPUs, and the whole. */
    @Override
    public int count() {
        return cpus + 1;
    }

    @Override
    public int[] home(int question) {
        if (question < cpus) {
            return homes[question];
        }
        if (question == cpus) {
            return memory;
        }
        int followUp = question - count();
        if (followUp < cpus) {
            return followed[followUp];
        }
        return followUp < 2 * cpus
                ? homes[followUp - cpus]
                : homes[interrupts.get(followUp - 2 * cpus).cpu()];
    }

    @Override
    public void forget() {
        footprint.clear();
    }

    @Override
    public long judge(long[] state, int part) {
        return part < cpus ? checks.cpuViolations(state, part) : checks.wholeViolations(state);
    }

    @Override
    public long raised() {
        return checks.stakes();
    }

    @Override
    public void expand(long[] state, int part, Successors out) {
        if (part < cpus) {
            expander.expandAlone(state, part, out);
        }
    }

    @Override
    public int followUps(int[] out) {
        int n = 0;
        @Nullable Interrupt interrupt = expander.interrupt();
        if (interrupt != null) {
            out[n++] = count() + 2 * cpus + interrupts.number(interrupt);
            out[n++] = count() + cpus + interrupt.initiator();
        }
        return caught(out, n);
    }

    private int caught(int[] out, int from) {
        int n = from;
        for (long left = expander.behind(); left != 0; left &= left - 1) {
            out[n++] = count() + Long.numberOfTrailingZeros(left);
        }
        return n;
    }

    @Override
    public long followUp(long[] state, int question) {
        int followUp = question - count();
        if (followUp < cpus) {
            expander.follow(state, followUp);
            return 0;
        }
        return followUp < 2 * cpus
                ? expander.advance(state, followUp - cpus)
                : expander.handle(state, interrupts.get(followUp - 2 * cpus));
    }

    @Override
    public long @Nullable [] looked(int block) {
        if (block < caches(0)) {
            int cpu = block - registers(0);
            return footprint.hasRegisters(cpu) ? footprint.registers(cpu) : null;
        }
        return (footprint.caches() >>> (block - caches(0)) & 1) != 0 ? allCaches : null;
    }
}
