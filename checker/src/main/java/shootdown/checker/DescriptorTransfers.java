package shootdown.checker;

import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.CopyPage;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UpdateDescriptor;

import java.util.List;
import java.util.stream.Stream;

/**
 * U16: a page that was part of a GDT goes from a 64-bit domain to a 32-bit one, and back. What a
 * descriptor may be depends on the guest, and Xen looks at a page only when its type is new.
 *
 * <pre>
 *   CPU0, 64-bit: W4; X and Y, which have a segment of 64-bit code      CPU1, 32-bit: N3
 * </pre>
 */
final class DescriptorTransfers {
    private static final int W4 = 0;
    private static final int N3 = 1;
    private static final int X = 2;
    private static final int Y = 3;

    private static final int WIDE = 1;
    private static final int NARROW = 2;

    /** Code for ring 0; limits are even, so that no picture takes a descriptor for an entry. */
    private static final long CODE64 = 0x00AF_9A00_0000_FFFEL;

    private static final long CODE32 = 0x00CF_9A00_0000_FFFEL;

    private DescriptorTransfers() {}

    static Stream<Universe> all() {
        return Stream.of(universe("u16-descriptors", machine().pv32(NARROW)));
    }

    /** The same with two 64-bit domains. */
    static Universe alike() {
        return universe("u16-descriptors-alike", machine());
    }

    private static Machine.Builder machine() {
        SetGdt set = new SetGdt(List.of(X), 1);
        SetGdt none = new SetGdt(List.of(), 0);
        return Machine.builder()
                .cpus(2)
                .frames(4)
                .slots(0, LinearMap.SLOT)
                .domain(WIDE, false, false)
                .domain(NARROW, false, false)
                .load(1, NARROW)
                .owner(N3, NARROW)
                .allowFor(WIDE, set, none, new CopyPage(X, Y), new Transfer(X, NARROW))
                .allowFor(
                        NARROW,
                        set,
                        none,
                        new UpdateDescriptor(X, 0, CODE32),
                        new Transfer(X, WIDE));
    }

    private static Universe universe(String name, Machine.Builder builder) {
        Machine machine = builder.build();
        return new Universe(
                name,
                "a page of descriptors changes hands between a 64-bit and a 32-bit domain",
                "what a frame takes along of its type; validation, by width, of what it holds",
                "LDTs; call gates; mappings of the page; what a wrong descriptor is good for",
                machine,
                List.of("W4", "N3", "X", "Y"),
                first -> setUp(first, machine),
                true);
    }

    private static void setUp(MachineSetup first, Machine machine) {
        first.entry(X, 0, CODE64)
                .entry(Y, 0, CODE64)
                .pin(4, W4)
                .pin(machine.isPv32(NARROW) ? 3 : 4, N3)
                .load(0, W4)
                .load(1, N3);
    }
}
