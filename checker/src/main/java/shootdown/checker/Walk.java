package shootdown.checker;

import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.policy.CatalogueEntry;

import java.util.Arrays;
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
     * @param atStake the properties that the step or the state after it could have violated
     */
    public record Taken(long[] state, int answers, Set<Property> broken, Set<Property> atStake) {}

    private final MachineSystem system;
    private final Hypervisor xen;
    private final PropertyChecks checks;
    private final StepObserver observer;
    private final int[] actions;
    private int answer;
    private int answers;

    public Walk(CatalogueEntry policy, Universe universe) {
        this(policy, universe, false);
    }

    /**
     * @param strict whether optional properties are judged
     */
    Walk(CatalogueEntry policy, Universe universe, boolean strict) {
        system = new MachineSystem(universe, policy.policy(), false, false);
        xen = system.hypervisor();
        checks = new PropertyChecks(xen);
        observer = new StepObserver(xen, checks, strict);
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
        return Arrays.copyOf(actions, n);
    }

    /** Takes a step from a state, which stays as it is. */
    public Taken take(long[] from, int cpu, int action, int given) {
        long[] s = from.clone();
        answer = given;
        answers = 1;
        long[] before = checks.atStake().clone();
        xen.perform(s, cpu, action, this, observer);
        return judged(s, answers, before);
    }

    /** The first state, to which no step leads. */
    Taken start() {
        return judged(firstState(), 1, checks.atStake().clone());
    }

    private Taken judged(long[] s, int asked, long[] before) {
        Set<Property> broken = Property.in(observer.takeViolations() | checks.violations(s));
        Set<Property> atStake = EnumSet.noneOf(Property.class);
        for (Property property : Property.values()) {
            if (checks.atStake()[property.index()] > before[property.index()]) {
                atStake.add(property);
            }
        }
        return new Taken(s, asked, broken, atStake);
    }

    @Override
    public int choose(int n) {
        answers = n;
        return Math.min(answer, n - 1);
    }
}
