package shootdown.xen;

/** How a program ended. After each outcome the instance can be used as if nothing had happened. */
public sealed interface Outcome {
    /** It ran to its end. The result is valid until the next call of the instance. */
    record Finished(Result result) implements Outcome {}

    /**
     * Xen crashed the domain that ran it.
     *
     * @param step the step in which it happened
     * @param serial what the hypervisor said
     */
    record DomainCrashed(int step, String serial) implements Outcome {}

    /** The hypervisor itself gave up. */
    record HypervisorPanicked(int step, String serial) implements Outcome {}

    /** It did not end in time. */
    record Hung(int step, String serial) implements Outcome {}

    /** QEMU ended, more than once, while the program ran. */
    record MachineDied(int step, String why) implements Outcome {}
}
