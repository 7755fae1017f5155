package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import shootdown.conformance.Program.Step;
import shootdown.conformance.Shrinker.Small;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Scope;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Making programs small, with judges that need no real Xen. */
class ShrinkerTest {
    private static final Arena ARENA = new Arena(Arena.Kind.DOM0, false, 2);
    private static final Operation.Mmuext NEEDLE = new Operation.ClearPage(Arena.POOL_FRAMES - 1);

    /** A generated program with one step more in its middle. */
    private static Trial hay() {
        Trial trial = ProgramGeneratorTest.generator(ARENA, 5).generate(1);
        List<Step> steps = new ArrayList<>(trial.program().steps().subList(0, 12));
        Operation.Mmuext other = new Operation.TlbFlush(new Scope.All());
        Call needle =
                new Call.MmuextOp(List.of(other, NEEDLE, other), DomId.SELF, Call.Arguments.PLAIN);
        steps.add(7, new Step(1, needle));
        Program program = new Program(trial.program().memory(), steps);
        assertThat(program.memory()).isNotEmpty();
        return new Trial(program, trial.expected(), trial.handles());
    }

    /** A model that is wrong about the needle, and about nothing else. */
    private static @Nullable Difference find(Trial trial) {
        List<Step> steps = trial.program().steps();
        for (int i = 0; i < steps.size(); i++) {
            if (Call.operations(List.of(steps.get(i).call())).contains(NEEDLE)) {
                return new Difference(i, "result", "0", "1");
            }
        }
        return null;
    }

    private static Small shrink(Shrinker shrinker) {
        return shrinker.shrink(hay(), new Difference(7, "result", "0", "1"));
    }

    private static Reference reference() {
        return new Reference(ARENA, Set.of());
    }

    @Test
    void theOneStepThatMattersIsLeft() {
        Small small = shrink(new Shrinker(reference(), () -> false, ShrinkerTest::find));
        Call alone = new Call.MmuextOp(List.of(NEEDLE), DomId.SELF, Call.Arguments.PLAIN);
        assertThat(small.program()).isEqualTo(new Program(List.of(), List.of(new Step(1, alone))));
        assertThat(small.difference().step()).isZero();
        assertThat(small.trial().expected().steps()).hasSize(1);
    }

    @Test
    void differenceThatDoesNotShowAgainLeavesTheWholeProgram() {
        Small small = shrink(new Shrinker(reference(), () -> false, trial -> null));
        assertThat(small.program()).isEqualTo(hay().program());
        assertThat(small.difference().step()).isEqualTo(7);
    }

    @Test
    void whatIsOnlySuspectedIsNotTakenForTheDifference() {
        Difference suspected =
                new Difference(
                        0,
                        "frame 1, type",
                        "none",
                        "half validated",
                        Difference.Kind.HALF_VALIDATED);
        Small small = shrink(new Shrinker(reference(), () -> false, trial -> suspected));
        assertThat(small.program()).isEqualTo(hay().program());
    }

    @Test
    void whenTimeIsOverWhatThereIsIsTold() {
        AtomicInteger runs = new AtomicInteger();
        Shrinker shrinker =
                new Shrinker(
                        reference(),
                        () -> runs.get() == 3,
                        trial -> {
                            runs.incrementAndGet();
                            return find(trial);
                        });
        Small small = shrink(shrinker);
        assertThat(runs).hasValue(3);
        assertThat(find(small.trial())).isNotNull();
        assertThat(small.program().steps()).hasSizeBetween(2, 12);
    }

    @Test
    void nothingThatIsExcludedIsTriedWhenStepsAreMissing() {
        Shrinker shrinker =
                new Shrinker(
                        reference(),
                        () -> false,
                        trial -> {
                            assertThat(trial.program().steps())
                                    .allMatch(step -> Exclusions.allow(step));
                            return find(trial);
                        });
        assertThat(shrink(shrinker).program().steps()).hasSize(1);
    }
}
