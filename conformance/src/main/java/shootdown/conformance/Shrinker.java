package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Chooser;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Makes a program in which model and real Xen differ as small as it gets, by trying again: without
 * what comes after, without steps, without requests of batches, without contents of frames.
 */
final class Shrinker {
    private final Reference reference;
    private final BooleanSupplier over;
    private final Function<Trial, @Nullable Difference> judge;

    /**
     * @param over whether to end with what there is
     * @param judge runs a program on both
     */
    Shrinker(
            Reference reference,
            BooleanSupplier over,
            Function<Trial, @Nullable Difference> judge) {
        this.reference = reference;
        this.over = over;
        this.judge = judge;
    }

    /** A program and where it differs. */
    record Small(Trial trial, Difference difference) {
        Program program() {
            return trial.program();
        }
    }

    /** The smallest that is found of a program, which differs so. */
    Small shrink(Trial trial, Difference difference) {
        Small small = new Small(trial, difference);
        int size;
        do {
            size = size(small.program());
            small = withoutTail(small);
            small = withoutSteps(small);
            small = withoutRequests(small);
            small = withoutCells(small);
        } while (size(small.program()) < size);
        return small;
    }

    private static int size(Program program) {
        int size = program.memory().size();
        for (Step step : program.steps()) {
            size += 1 + Call.operations(List.of(step.call())).size();
        }
        return size;
    }

    private Small withoutTail(Small small) {
        int end = small.difference().step() + 1;
        List<Step> steps = small.program().steps();
        if (end >= steps.size()) {
            return small;
        }
        Small shorter = attempt(new Program(small.program().memory(), steps.subList(0, end)));
        return shorter == null ? small : shorter;
    }

    private Small withoutSteps(Small from) {
        Small small = from;
        for (int i = small.program().steps().size() - 1; i >= 0; i--) {
            Program program = small.program();
            if (i < program.steps().size()) {
                Small smaller = attempt(new Program(program.memory(), without(program.steps(), i)));
                small = smaller == null ? small : smaller;
            }
        }
        return small;
    }

    private Small withoutCells(Small from) {
        Small small = from;
        for (int i = small.program().memory().size() - 1; i >= 0; i--) {
            Program program = small.program();
            List<Cell> cells = without(program.memory(), i);
            Small smaller = attempt(new Program(cells, program.steps()));
            small = smaller == null ? small : smaller;
        }
        return small;
    }

    private Small withoutRequests(Small from) {
        Small small = from;
        for (int i = 0; i < small.program().steps().size(); i++) {
            for (Call call : smaller(small.program().steps().get(i).call())) {
                List<Step> steps = new ArrayList<>(small.program().steps());
                steps.set(i, new Step(steps.get(i).cpu(), call));
                Small smaller = attempt(new Program(small.program().memory(), steps));
                if (smaller != null) {
                    small = smaller;
                    break;
                }
            }
        }
        return small;
    }

    /** The same call with one part less. */
    private static List<Call> smaller(Call call) {
        List<Call> smaller = new ArrayList<>();
        switch (call) {
            case Call.Alone a -> {}
            case Call.Unknown u -> {}
            case Call.MmuUpdate u -> {
                for (int i = 0; i < u.requests().size() && u.requests().size() > 1; i++) {
                    smaller.add(
                            new Call.MmuUpdate(
                                    without(u.requests(), i), u.foreigndom(), u.arguments()));
                }
            }
            case Call.MmuextOp m -> {
                for (int i = 0; i < m.operations().size() && m.operations().size() > 1; i++) {
                    smaller.add(
                            new Call.MmuextOp(
                                    without(m.operations(), i), m.foreigndom(), m.arguments()));
                }
            }
            case Call.Multicall m -> {
                for (int i = 0; i < m.calls().size() && m.calls().size() > 1; i++) {
                    smaller.add(new Call.Multicall(without(m.calls(), i), m.array(), m.writable()));
                }
            }
        }
        return smaller;
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> rest = new ArrayList<>(list);
        rest.remove(index);
        return rest;
    }

    /** The program if it differs; what is only suspected is another matter. */
    private @Nullable Small attempt(Program program) {
        Trial trial = over.getAsBoolean() ? null : trial(program);
        Difference difference = trial == null ? null : judge.apply(trial);
        return trial == null || difference == null || difference.suspected()
                ? null
                : new Small(trial, difference);
    }

    /** Null if without what was taken away it might end the agent. */
    private @Nullable Trial trial(Program program) {
        List<Step> steps = program.steps();
        if (Exclusions.safeSteps(reference, program.memory(), steps) < steps.size()) {
            return null;
        }
        reference.begin(program.memory());
        long[] start = reference.pages();
        List<After> after = new ArrayList<>();
        for (Step step : steps) {
            after.add(reference.run(step, Chooser.FIRST));
        }
        return Trial.of(program, new Expected(start, after));
    }
}
