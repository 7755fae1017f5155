package shootdown.hypervisor;

/**
 * What a CPU is interrupted for: a flush ({@code INVALIDATE_TLB_VECTOR}).
 *
 * @param initiator the CPU that waits for it
 * @param cpu the CPU that is interrupted
 * @param flags what it is to do
 * @param address number of the one address to flush, or -1 for all
 * @param source who asked for it
 */
public record Interrupt(
        int initiator, int cpu, int flags, int address, Observer.FlushSource source) {}
