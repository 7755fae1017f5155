package shootdown.checker;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.policy.CatalogueEntry;

import java.util.EnumSet;
import java.util.Set;

/** Takes single steps of a universe under a policy, and judges them. Not thread-safe. */
public final class Walk implements Chooser {
    /**
     * A step that was taken.
     *
     * @param state the state after it
     * @param answers how many answers its choice had; 1 if there was nothing to choose
     * @param broken the properties that the step or the state after it violates
     */
    public record Taken(long[] state, int answers, Set<Property> broken) {}

    private final MachineSystem system;
    private final Hypervisor xen;
    private final PropertyChecks checks;
    private final StepObserver observer;
    private final int[] actions;
    private int answer;
    private int answers;

    public Walk(CatalogueEntry policy, Universe universe) {
        system = new MachineSystem(universe, policy.policy(), false, false);
        xen = system.hypervisor();
        checks = new PropertyChecks(xen);
        observer = new StepObserver(xen, checks, false);
        actions = new int[xen.actionCount()];
    }

    public Hypervisor hypervisor() {
        return xen;
    }

    public long[] firstState() {
        return system.firstState();
    }

    /** What a CPU can do now; the first is what it does if nobody says otherwise. */
    public int[] actions(long[] s, int cpu) {
        int n = xen.actions(s, cpu, actions);
        return java.util.Arrays.copyOf(actions, n);
    }

    /** Takes a step from a state, which stays as it is. */
    public Taken take(long[] from, int cpu, int action, int given) {
        long[] s = from.clone();
        answer = given;
        answers = 1;
        xen.perform(s, cpu, action, this, observer);
        int asked = answers;
        return new Taken(s, asked, properties(observer.takeViolations() | checks.violations(s)));
    }

    private static Set<Property> properties(long mask) {
        Set<Property> broken = EnumSet.noneOf(Property.class);
        for (Property property : Property.values()) {
            if ((mask & property.bit()) != 0) {
                broken.add(property);
            }
        }
        return broken;
    }

    @Override
    public int choose(int n) {
        answers = n;
        return Math.min(answer, n - 1);
    }
}
