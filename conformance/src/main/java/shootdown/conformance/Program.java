package shootdown.conformance;

import shootdown.hypervisor.Call;

import java.util.List;

/**
 * What a guest does, alone on its machine: frames filled first, then calls in this order.
 *
 * @param memory what is in the frames before Xen sees them
 * @param steps in order, whatever their CPUs
 */
public record Program(List<Cell> memory, List<Step> steps) {
    /**
     * Eight bytes of a frame.
     *
     * @param frame index in the arena
     * @param slot 0..511
     */
    public record Cell(int frame, int slot, long value) {}

    /**
     * A call from beginning to end.
     *
     * @param cpu the vCPU that makes it
     */
    public record Step(int cpu, Call call) {}

    public Program {
        memory = List.copyOf(memory);
        steps = List.copyOf(steps);
    }
}
