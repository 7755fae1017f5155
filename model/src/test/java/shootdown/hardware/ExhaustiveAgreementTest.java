package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.TestMachine.ALL;
import static shootdown.hardware.TestMachine.READ_ONLY;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Machines so small that everything can be tried: all programs, all fills, all evictions.
 *
 * <p>Of {@code SaturatedCaches}, {@code ExplicitCaches}.
 */
class ExhaustiveAgreementTest {
    private static final VirtualAddress X = new VirtualAddress(0, 0, 0, 0);
    private static final long[] FLAGS = {ALL, READ_ONLY};

    /** A state as a key of a set. */
    private record State(List<Long> words) {
        static State of(long[] state) {
            return new State(Arrays.stream(state).boxed().toList());
        }

        long[] array() {
            return words.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private static List<Step> writes(int frames, long... flags) {
        List<Step> writes = new ArrayList<>();
        for (int table = 0; table < frames; table++) {
            writes.add(new Step.Write(table, 0, 0));
            for (int mfn = 0; mfn < frames; mfn++) {
                for (long flag : flags) {
                    writes.add(new Step.Write(table, 0, Pte.of(mfn, flag)));
                }
            }
        }
        return writes;
    }

    private static int statesOnWhichBothAgree(TestMachine machine, List<Step> steps) {
        Geometry geometry = machine.geometry();
        SaturatedCaches saturated = new SaturatedCaches(geometry);
        ExplicitCaches explicit = new ExplicitCaches(geometry);
        Set<State> seen = new HashSet<>(Set.of(State.of(machine.state())));
        Deque<State> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            State from = open.remove();
            for (Step step : steps) {
                long[] may = from.array();
                long[] full = from.array();
                boolean done = step.run(saturated, geometry, may);
                assertThat(step.run(explicit, geometry, full)).isEqualTo(done);
                CacheModel.settle(explicit, geometry, full);
                if (!Arrays.equals(may, full)) {
                    throw new AssertionError("after " + step + " from " + from);
                }
                State to = State.of(may);
                if (seen.add(to)) {
                    open.add(to);
                    assertSameOutcomes(geometry, saturated, explicit, may);
                }
            }
        }
        return seen.size();
    }

    private static void assertSameOutcomes(
            Geometry geometry, SaturatedCaches saturated, ExplicitCaches explicit, long[] state) {
        Agreement.Outcomes expected = Agreement.Outcomes.of(geometry, saturated, state, 0, 0);
        Agreement.Outcomes actual = Agreement.Outcomes.of(geometry, explicit, state, 0, 0);
        if (!actual.equals(expected)) {
            throw new AssertionError(State.of(state) + ": " + actual + ", not " + expected);
        }
    }

    @Test
    void bothModelsAgreeAfterEveryProgramOfAnyLength() {
        TestMachine m =
                TestMachine.with(CacheModel.SATURATED).frames(2).slots(0).addresses(X).build();
        List<Step> steps = writes(2, FLAGS);
        steps.add(new Step.Invlpg(0, 0));
        steps.add(new Step.PageFault(0, 0));
        steps.add(new Step.MovCr3(0, 0, 0, false));
        steps.add(new Step.MovCr3(0, 1, 0, false));
        assertThat(statesOnWhichBothAgree(m, steps)).isEqualTo(1200);
    }

    @Test
    void bothModelsAgreeAfterEveryProgramWithPcidsAndGlobals() {
        TestMachine m =
                TestMachine.with(CacheModel.SATURATED)
                        .frames(2)
                        .slots(0)
                        .pcids(0, 1)
                        .globals()
                        .addresses(X)
                        .build();
        List<Step> steps = writes(2, ALL | GLOBAL);
        steps.add(new Step.Invlpg(0, 0));
        steps.add(new Step.InvpcidAddress(0, 1, 0));
        steps.add(new Step.InvpcidAllButGlobal(0));
        steps.add(new Step.MovCr3(0, 0, 0, false));
        steps.add(new Step.MovCr3(0, 1, 1, true));
        steps.add(new Step.MovCr4(0, CR4_PGE));
        steps.add(new Step.MovCr4(0, CR4_PCIDE));
        steps.add(new Step.MovCr4(0, CR4_PGE | CR4_PCIDE));
        assertThat(statesOnWhichBothAgree(m, steps)).isEqualTo(4040);
    }

    @Test
    void everyOrderOfFillsAndEvictionsTogetherAllowsWhatTheSetsAllow() {
        List<Step> steps = writes(2, FLAGS);
        steps.add(new Step.Invlpg(0, 0));
        steps.add(new Step.MovCr3(0, 1, 0, false));
        for (Step first : steps) {
            for (Step second : steps) {
                checkEveryOrder(List.of(first, second));
            }
        }
    }

    private static void checkEveryOrder(List<Step> program) {
        TestMachine m =
                TestMachine.with(CacheModel.SATURATED).frames(2).slots(0).addresses(X).build();
        Geometry geometry = m.geometry();
        ExplicitCaches explicit = new ExplicitCaches(geometry);
        m.write(0, 0, 1, ALL);
        long[] may = m.state();
        long[] empty = may.clone();
        explicit.invpcidAll(empty, 0);
        Set<State> reachable = everyContents(explicit, Set.of(State.of(empty)));
        for (Step step : program) {
            step.run(m.caches(), geometry, may);
            Set<State> next = new HashSet<>();
            for (State from : reachable) {
                long[] state = from.array();
                step.run(explicit, geometry, state);
                next.add(State.of(state));
            }
            reachable = everyContents(explicit, next);
        }
        long[] reached = new long[geometry.words()];
        long[] writable = new long[geometry.words()];
        long[] contents = new long[may.length];
        boolean mayFault = false;
        for (State s : reachable) {
            long[] state = s.array();
            for (int i = 0; i < state.length; i++) {
                contents[i] |= state[i];
            }
            Agreement.Outcomes one = Agreement.Outcomes.of(geometry, explicit, state, 0, 0);
            reached[0] |= one.reached().getFirst();
            writable[0] |= one.writable().getFirst();
            mayFault |= one.mayFault();
        }
        assertThat(contents).as("%s", program).isEqualTo(may);
        assertThat(Agreement.Outcomes.of(geometry, m.caches(), may, 0, 0))
                .isEqualTo(
                        new Agreement.Outcomes(
                                List.of(reached[0]), List.of(writable[0]), mayFault));
    }

    /** All that fills and evictions, in every order, make of these states. */
    private static Set<State> everyContents(ExplicitCaches caches, Set<State> from) {
        Set<State> seen = new HashSet<>(from);
        Deque<State> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            long[] state = open.remove().array();
            caches.forEachFill(
                    state,
                    0,
                    fill -> {
                        long[] next = state.clone();
                        caches.fill(next, 0, fill);
                        addNew(State.of(next), seen, open);
                    });
            caches.forEachEviction(
                    state,
                    0,
                    eviction -> {
                        long[] next = state.clone();
                        caches.evict(next, 0, eviction);
                        addNew(State.of(next), seen, open);
                    });
        }
        return seen;
    }

    private static void addNew(State state, Set<State> seen, Deque<State> open) {
        if (seen.add(state)) {
            open.add(state);
        }
    }
}
