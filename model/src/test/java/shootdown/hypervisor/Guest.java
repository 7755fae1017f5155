package shootdown.hypervisor;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.policy.Policy;

/**
 * The guest that most tests start from: one chain of tables below a pinned L4 that is loaded on all
 * CPUs, and frames that are nothing yet. Tracked are slots 0, 1 and 258.
 *
 * <pre>
 *   L4 [0] -> L3 [0] -> L2 [0] -> L1 [0] -> PAGE (writable)        A, B, C, D, E: free frames
 * </pre>
 */
final class Guest {
    static final int L4 = 0;
    static final int L3 = 1;
    static final int L2 = 2;
    static final int L1 = 3;
    static final int PAGE = 4;
    static final int A = 5;
    static final int B = 6;
    static final int C = 7;
    static final int D = 8;
    static final int E = 9;
    static final int FRAMES = 10;

    static final VirtualAddress V = new VirtualAddress(0, 0, 0, 0);

    private static final long USED = Pte.PRESENT | Pte.USER | Pte.ACCESSED | Pte.DIRTY;

    private Guest() {}

    static Machine.Builder machine() {
        return Machine.builder().frames(FRAMES).slots(0, 1, LinearMap.SLOT);
    }

    static Machine.Builder machine(int cpus) {
        return machine().cpus(cpus);
    }

    static TestXen xen() {
        return xen(machine());
    }

    static TestXen xen(Machine.Builder machine) {
        return new TestXen(machine, setup(machine));
    }

    static TestXen xen(Machine.Builder machine, Policy policy) {
        return new TestXen(machine, setup(machine), policy);
    }

    private static java.util.function.Consumer<MachineSetup> setup(Machine.Builder machine) {
        int cpus = machine.build().cpus();
        return first -> {
            chain(first);
            for (int cpu = 0; cpu < cpus; cpu++) {
                first.load(cpu, L4);
            }
        };
    }

    static void chain(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, rw(PAGE))
                .pin(4, L4);
    }

    /** An entry that names a table. */
    static long table(int mfn) {
        return Pte.of(mfn, USED | Pte.RW);
    }

    /** A writable page of the guest kernel. */
    static long rw(int mfn) {
        return Pte.of(mfn, USED | Pte.RW | Pte.GUEST_KERNEL);
    }

    /** A read-only page, or a linear page table. */
    static long ro(int mfn) {
        return Pte.of(mfn, USED | Pte.GUEST_KERNEL);
    }

    static MmuUpdateRequest set(int table, int slot, long value) {
        return new MmuUpdateRequest(table, slot, value, false);
    }

    static VirtualAddress va(int i4, int i3, int i2, int i1) {
        return new VirtualAddress(i4, i3, i2, i1);
    }
}
