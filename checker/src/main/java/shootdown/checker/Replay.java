package shootdown.checker;

import shootdown.engine.Violation;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the steps between the states of a path again: the first step, in canonical order, that
 * leads from each to the next.
 */
final class Replay implements Chooser {
    private final Hypervisor xen;
    private final StepNumbers steps;
    private final int cpus;
    private final int[] actions;
    private int answer;
    private int answers;

    Replay(Hypervisor xen) {
        this.xen = xen;
        this.steps = new StepNumbers(xen);
        this.cpus = xen.layout().machine().cpus();
        this.actions = new int[xen.actionCount()];
    }

    /** The steps of a violation's path, the step that itself broke the property included. */
    List<Story.Step> steps(Violation violation) {
        List<Story.Step> taken = new ArrayList<>();
        List<long[]> states = violation.states();
        for (int i = 0; i + 1 < states.size(); i++) {
            taken.add(between(states.get(i), states.get(i + 1)));
        }
        if (violation.lastStep() >= 0) {
            int step = violation.lastStep();
            taken.add(new Story.Step(steps.cpu(step), steps.action(step), steps.answer(step)));
        }
        return taken;
    }

    private Story.Step between(long[] from, long[] to) {
        long[] next = new long[from.length];
        for (int cpu = 0; cpu < cpus; cpu++) {
            int n = xen.actions(from, cpu, actions);
            for (int i = 0; i < n; i++) {
                int action = actions[i];
                answer = 0;
                do {
                    answers = 1;
                    System.arraycopy(from, 0, next, 0, from.length);
                    xen.perform(next, cpu, action, this, Observer.NONE);
                    if (Arrays.equals(next, to)) {
                        return new Story.Step(cpu, action, answer);
                    }
                    answer++;
                } while (answer < answers);
            }
        }
        throw new IllegalStateException("no step leads from a state of the path to the next");
    }

    @Override
    public int choose(int n) {
        answers = n;
        return answer;
    }
}
