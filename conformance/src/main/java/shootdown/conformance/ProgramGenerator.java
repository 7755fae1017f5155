package shootdown.conformance;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Chooser;

import java.util.ArrayList;
import java.util.List;

/**
 * Random programs. Program n of a seed is always the same, as long as the model is: what the model
 * says so far decides what is worth trying next, so that about half of the calls succeed and deep
 * states are reached. Nothing is avoided but what {@link Exclusions} lists.
 *
 * <p>One for each thread.
 */
final class ProgramGenerator {
    private static final int ATTEMPTS = 20;

    /** Of a hundred steps that lose a table half validated: what comes after is not compared. */
    private static final int LOSSES_TRIED = 25;

    private final Arena arena;
    private final Reference reference;
    private final long seed;
    private final int steps;

    ProgramGenerator(Arena arena, Reference reference, long seed, int steps) {
        this.arena = arena;
        this.reference = reference;
        this.seed = seed;
        this.steps = steps;
    }

    /** Makes a program, and has the model run it. */
    Trial generate(long number) {
        Dice dice = new Dice(arena, seed, number);
        Grammar grammar = new Grammar(arena, dice, reference);
        reference.begin(List.of());
        Shapes shapes = new Shapes(arena, dice, new Entries(dice, reference));
        reference.begin(shapes.memory());
        long[] start = reference.pages();
        List<Step> program = new ArrayList<>();
        List<After> after = new ArrayList<>();
        for (Step step : shapes.steps()) {
            attempt(step, dice, grammar, program, after);
        }
        for (int tries = 0; program.size() < steps && tries < steps * ATTEMPTS; tries++) {
            int cpu = dice.below(arena.cpus());
            attempt(new Step(cpu, grammar.call(cpu)), dice, grammar, program, after);
        }
        boolean open = after.stream().anyMatch(After::isOpen);
        int safe = open ? Exclusions.safeSteps(reference, shapes.memory(), program) : steps;
        return Trial.of(
                new Program(shapes.memory(), firstOf(program, safe)),
                new Expected(start, firstOf(after, safe)));
    }

    private static <T> List<T> firstOf(List<T> list, int length) {
        return list.subList(0, Math.min(length, list.size()));
    }

    private void attempt(
            Step step, Dice dice, Grammar grammar, List<Step> program, List<After> after) {
        if (program.size() >= steps || !Exclusions.allow(step)) {
            return;
        }
        reference.save();
        After result = reference.run(step, Chooser.FIRST);
        if (Exclusions.allow(step, reference, result)
                && (!result.loses() || dice.percent(LOSSES_TRIED))) {
            program.add(step);
            after.add(result);
            grammar.done(step.call(), result.answers());
        } else {
            reference.restore();
        }
    }
}
