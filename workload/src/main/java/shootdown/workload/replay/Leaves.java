package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.hypervisor.ReplayMachine;

import java.util.BitSet;

/** How many pages the tables that a CPU has loaded map, up to what a TLB holds. */
final class Leaves {
    static final int SLOTS = 512;

    private final ReplayMachine machine;
    private final BitSet opaque;
    private final int most;

    /**
     * @param opaque tables of which not all is known; they may map any number
     */
    Leaves(ReplayMachine machine, BitSet opaque, int most) {
        this.machine = machine;
        this.opaque = opaque;
        this.most = most;
    }

    int below(int cpu) {
        int base = machine.hypervisor().cpus().base(machine.state(), cpu);
        return base < 0 ? most : below(base, 4, 0);
    }

    private int below(int table, int level, int sofar) {
        if (opaque.get(table)) {
            return most;
        }
        int count = sofar;
        for (int slot = 0; slot < SLOTS && count < most; slot++) {
            long entry = machine.entry(table, slot);
            if (Pte.isPresent(entry)) {
                boolean upper = level > 1 && Pte.mfn(entry) != table;
                count = upper ? below(Pte.mfn(entry), level - 1, count) : count + 1;
            }
        }
        return count;
    }
}
