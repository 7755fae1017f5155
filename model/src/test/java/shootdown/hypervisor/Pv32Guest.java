package shootdown.hypervisor;

import shootdown.policy.Final;
import shootdown.policy.Policy;

/** The guest of {@link Guest} as a 32-bit one: its L3 hangs in slot 0 of the monitor table. */
final class Pv32Guest {
    private Pv32Guest() {}

    static TestXen xen() {
        return xen(Guest.machine(), new Final());
    }

    static TestXen xen(Machine.Builder machine, Policy policy) {
        return new TestXen(
                machine.pv32(true),
                first ->
                        first.entry(Guest.L3, 0, Guest.table(Guest.L2))
                                .entry(Guest.L2, 0, Guest.table(Guest.L1))
                                .entry(Guest.L1, 0, Guest.rw(Guest.PAGE))
                                .pin(3, Guest.L3)
                                .load(0, Guest.L3),
                policy);
    }
}
