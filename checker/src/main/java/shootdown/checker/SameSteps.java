package shootdown.checker;

import shootdown.checker.Story.Beside;
import shootdown.checker.Story.Event;
import shootdown.checker.Story.Step;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Stage;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a story once more under a policy that keeps what breaks, so far as they are possible
 * there.
 *
 * <p>Where this policy flushes and the other one does not, the CPU has to flush before it can go on
 * as in the story: these steps are put in between. Where it does not flush and the other one does,
 * steps are left out. Flushes that are under way at the end are carried out.
 */
final class SameSteps {
    /** A call ends after fewer steps than this. */
    private static final int MOST_BETWEEN = 64;

    private final CatalogueEntry policy;
    private final Hypervisor xen;
    private final Narrator narrator;
    private final int cpus;
    private final int[] actions;
    private final long[] s;
    private final List<Integer> beside = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Integer> between = new ArrayList<>();
    private int reached;

    /**
     * @param last the state at the end of the story, from which it is known what matters
     */
    SameSteps(
            CatalogueEntry policy,
            Universe universe,
            Property property,
            long[] first,
            long[] last) {
        this.policy = policy;
        xen = new MachineSystem(universe, policy.policy(), false, false).hypervisor();
        Suspects suspects = new Suspects(xen, property, last);
        narrator = new Narrator(universe, xen, new Painter(universe, xen, suspects));
        cpus = universe.machine().cpus();
        actions = new int[xen.actionCount()];
        s = first.clone();
    }

    Beside take(List<Step> steps) {
        int missing = 0;
        for (int i = 0; i < steps.size() && missing == 0; i++) {
            Step step = kept(steps.get(i));
            boolean serves = step.action() >= xen.serve(0) && step.action() < xen.lose(0);
            while (!isPossible(step) && !serves && goOn(step.cpu())) {}
            if (isPossible(step)) {
                reached = i + 1;
                perform(step);
            } else if (!serves) {
                missing = i + 1;
            }
        }
        while (goOn(-1)) {}
        return new Beside(policy, beside, events, end(missing));
    }

    /** The same step, and if it loses a flush, the flush. */
    private Step kept(Step step) {
        return xen.isLoss(step.action())
                ? new Step(step.cpu(), xen.serve(step.action() - xen.lose(0)), step.answer())
                : step;
    }

    private boolean isPossible(Step step) {
        int n = xen.actions(s, step.cpu(), actions);
        for (int i = 0; i < n; i++) {
            if (actions[i] == step.action()) {
                return true;
            }
        }
        return false;
    }

    /** Takes a step of a CPU that has only one way to go on, or of one that flushes. */
    private boolean goOn(int wanted) {
        if (between.size() >= MOST_BETWEEN) {
            return false;
        }
        if (wanted >= 0 && isInCall(wanted) && goOnWith(wanted)) {
            return true;
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (xen.cpus().stage(s, cpu) == Stage.FLUSHING && goOnWith(cpu)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInCall(int cpu) {
        Stage stage = xen.cpus().stage(s, cpu);
        return stage != Stage.IDLE && stage != Stage.GUEST && stage != Stage.BATCH;
    }

    private boolean goOnWith(int cpu) {
        if (xen.actions(s, cpu, actions) == 0) {
            return false;
        }
        perform(new Step(cpu, actions[0], 0));
        between.add(events.size());
        return true;
    }

    private void perform(Step step) {
        long[] before = s.clone();
        xen.perform(s, step.cpu(), step.action(), n -> Math.min(step.answer(), n - 1), narrator);
        beside.add(reached);
        events.add(narrator.event(events.size() + 1, before, s, step.cpu(), step.action()));
    }

    private String end(int missing) {
        String put =
                between.isEmpty()
                        ? ""
                        : " Steps that are only here: %s."
                                .formatted(
                                        String.join(
                                                ", ",
                                                between.stream().map(String::valueOf).toList()));
        return missing == 0
                ? "Nothing breaks here." + put
                : "Step %d of the story is not possible here.%s".formatted(missing, put);
    }
}
