package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.conformance.Encoder.Answers;
import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Chooser;
import shootdown.xen.Result;

import java.util.Arrays;
import java.util.List;

/**
 * Judges results of real Xen. What it did must be one of the behaviours that the model allows:
 * where there are several, the model is asked for each until one fits, and goes on from there.
 *
 * <p>One for each domain of each machine; not thread-safe.
 */
final class Judge {
    private final Reference reference;
    private final Comparison comparison;
    private long openSteps;
    private long otherChoices;

    Judge(Reference reference, Comparison comparison) {
        this.reference = reference;
        this.comparison = comparison;
    }

    /** Steps for which the model allowed more than one behaviour. */
    long openSteps() {
        return openSteps;
    }

    /** Steps that did not do what a walk of the present tables would have done. */
    long otherChoices() {
        return otherChoices;
    }

    /** What is wrong with a result, or null. */
    @Nullable Difference judge(Trial trial, Encoder encoder, Result result) {
        Difference difference = compare(trial, encoder, result);
        boolean open = false;
        for (After after : trial.expected().steps()) {
            open |= after.isOpen();
            openSteps += after.isOpen() ? 1 : 0;
        }
        return difference != null && open ? follow(trial, encoder, result) : difference;
    }

    private @Nullable Difference compare(Trial trial, Encoder encoder, Result result) {
        Difference difference = comparison.begin(result, trial.expected().start());
        List<Step> steps = trial.program().steps();
        long[] before = trial.expected().start();
        for (int i = 0; i < steps.size() && difference == null; i++) {
            Answers at = encoder.answers(i);
            comparison.advance(at, result);
            After after = trial.expected().steps().get(i);
            difference = comparison.check(i, steps.get(i), before, after, at, result);
            before = after.pages();
        }
        return difference;
    }

    /** Has the model run the program again, choosing as real Xen did. */
    private @Nullable Difference follow(Trial trial, Encoder encoder, Result result) {
        Program program = trial.program();
        reference.begin(program.memory());
        Difference difference = comparison.begin(result, reference.pages());
        for (int i = 0; i < program.steps().size() && difference == null; i++) {
            Answers at = encoder.answers(i);
            comparison.advance(at, result);
            difference = follow(i, program.steps().get(i), at, result);
        }
        return difference;
    }

    private @Nullable Difference follow(int index, Step step, Answers at, Result result) {
        reference.save();
        long[] before = reference.pages();
        After after = reference.run(step, Chooser.FIRST);
        Difference first = comparison.check(index, step, before, after, at, result);
        Difference difference = first;
        while (difference != null && after.isOpen()) {
            int[] next = next(after);
            if (next.length == 0) {
                return first;
            }
            reference.restore();
            after = reference.run(step, new Script(next));
            difference = comparison.check(index, step, before, after, at, result);
        }
        if (first != null && difference == null) {
            otherChoices++;
        }
        return difference;
    }

    /** The choices after those taken, the last one changing first; none if these were the last. */
    private static int[] next(After after) {
        int[] next = after.taken().stream().mapToInt(i -> i).toArray();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] < after.choices().get(i)) {
                return Arrays.copyOf(next, i + 1);
            }
        }
        return new int[0];
    }

    /** Chooses as told, then the first. */
    private static final class Script implements Chooser {
        private final int[] choices;
        private int at;

        Script(int[] choices) {
            this.choices = choices;
        }

        @Override
        public int choose(int n) {
            return n > 1 && at < choices.length ? choices[at++] : 0;
        }
    }
}
