package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.conformance.Encoder.Answers;
import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Step;
import shootdown.xen.Result;

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
        if (difference != null && open) {
            difference = follow(trial, encoder, result);
        }
        return difference == null && result.hasLost() ? lostInTheEnd(trial) : difference;
    }

    /** Only the agent has seen it, when it put everything back. */
    private static Difference lostInTheEnd(Trial trial) {
        int last = trial.program().steps().size() - 1;
        return new Difference(
                last, "reset", "no reference left", "some", Difference.Kind.LOST_REFERENCE);
    }

    private @Nullable Difference compare(Trial trial, Encoder encoder, Result result) {
        Difference difference = comparison.begin(result, trial.expected().start());
        List<Step> steps = trial.program().steps();
        for (int i = 0; i < steps.size() && difference == null; i++) {
            Answers at = encoder.answers(i);
            comparison.advance(at, result);
            After after = trial.expected().steps().get(i);
            difference = comparison.check(i, steps.get(i), after, at, result);
            comparison.settle(after);
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
        Difference first = null;
        for (Choices choices = Choices.first(); choices != null; choices = choices.next()) {
            reference.restore();
            After after = reference.run(step, choices);
            Difference difference = comparison.check(index, step, after, at, result);
            if (difference == null) {
                comparison.settle(after);
                otherChoices += first == null ? 0 : 1;
                return null;
            }
            first = first == null ? difference : first;
        }
        return first;
    }
}
