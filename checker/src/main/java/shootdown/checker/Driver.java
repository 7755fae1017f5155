package shootdown.checker;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.policy.Policy;

/**
 * Takes single plain steps of a universe under a policy, in place, and judges them as a check does:
 * what {@link Walk} does for people, for millions of steps. Not thread-safe.
 */
public final class Driver {
    private final MachineSystem system;
    private final Hypervisor xen;
    private final PropertyChecks checks;
    private final StepObserver observer;

    public Driver(Policy policy, Universe universe) {
        system = new MachineSystem(universe, policy, false, false);
        xen = system.hypervisor();
        checks = new PropertyChecks(xen);
        observer = new StepObserver(xen, checks, false);
    }

    public Hypervisor hypervisor() {
        return xen;
    }

    public long[] firstState() {
        return system.firstState();
    }

    /**
     * Takes a step.
     *
     * @param s the state, changed in place
     * @param action one of those that the CPU has now
     * @return the properties that the step or the state after it violates, bit for bit
     */
    public long step(long[] s, int cpu, int action, Chooser chooser) {
        xen.perform(s, cpu, action, chooser, observer);
        return observer.takeViolations() | checks.violations(s);
    }

    /** The properties that a state violates, bit for bit. */
    public long judge(long[] s) {
        return checks.violations(s);
    }

    /** How often something was at stake for each property; for reading only. */
    public long[] atStake() {
        return checks.atStake();
    }
}
