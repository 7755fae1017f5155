package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Decision.Question;
import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

/** Of {@code Decisions}: when two policies decide the same wherever one was asked. */
final class DecisionsTest {
    private static final Machine MACHINE =
            Machine.builder().frames(8).slots(0, LinearMap.SLOT).build();
    private static final Question L2_EDIT = edit(2);
    private static final Question L3_EDIT = edit(3);
    private static final Question END =
            new Question(true, 0, 3, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, 0);

    private static Question edit(int level) {
        return new Question(
                false, 0, 3, level, 7, 1, 0, 1, 1, false, false, false, false, false, true, 0);
    }

    /** Keeps {@code l2} or {@code l3} for an edit of that level; flushes if it kept anything. */
    private record Keeping(int l2, int l3, int flags) implements Policy {
        Keeping(int l2, int l3) {
            this(l2, l3, FlushFlags.FLUSH_TLB);
        }

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            return update.level() == 2 ? l2 : l3;
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            if (accumulator != 0) {
                flusher.local(flags);
            }
        }
    }

    /** What a policy is asked that sees an edit of an L2 table, then one of an L3 table. */
    private static Decisions of(Policy policy) {
        return of(policy, MACHINE);
    }

    private static Decisions of(Policy policy, Machine machine) {
        Decisions decisions = new Decisions(machine);
        Decision first = asked(L2_EDIT, policy, 0);
        Decision second = asked(L3_EDIT, policy, 0);
        decisions.add(first);
        decisions.add(second);
        decisions.add(asked(END, policy, 0));
        decisions.add(asked(END, policy, first.after()));
        decisions.add(asked(END, policy, second.after()));
        return decisions;
    }

    private static Decision asked(Question question, Policy policy, int accumulator) {
        Decision blank = new Decision(question, 0, 0, 0, 0, 0, false);
        return blank.by(policy, accumulator);
    }

    @Test
    void thePolicyItselfDecidesTheSame() {
        assertThat(of(new Keeping(1, 2)).areAlsoThoseOf(new Keeping(1, 2))).isTrue();
    }

    @Test
    void tooManyDecisionsAreNobodysInsteadOfTakingMemoryWithoutEnd() {
        Policy policy = new Keeping(0, 0);
        Decisions decisions = new Decisions(MACHINE);
        for (int cpus = 0; cpus < 1 << 13; cpus++) {
            Question question =
                    new Question(
                            true, 0, cpus, 0, 0, 0, 0, 0, 0, false, false, false, false, false,
                            false, 0);
            decisions.add(asked(question, policy, 0));
            if (cpus == 100) {
                assertThat(decisions.areAlsoThoseOf(policy)).isTrue();
            }
        }
        assertThat(decisions.areAlsoThoseOf(policy)).isFalse();
    }

    @Test
    void accumulatorsMayHaveOtherNamesInTheSameOrder() {
        assertThat(of(new Keeping(1, 2)).areAlsoThoseOf(new Keeping(5, 1 << 31))).isTrue();
        assertThat(of(new Keeping(1, 2)).areAlsoThoseOf(new Keeping(2, 1))).isFalse();
    }

    @Test
    void accumulatorsThatAreOneThereAreOneHere() {
        assertThat(of(new Keeping(1, 2)).areAlsoThoseOf(new Keeping(1, 1))).isFalse();
        assertThat(of(new Keeping(1, 1)).areAlsoThoseOf(new Keeping(1, 2))).isFalse();
    }

    @Test
    void anotherFlushIsAnotherDecision() {
        assertThat(of(new Keeping(1, 2)).areAlsoThoseOf(new Keeping(1, 0))).isFalse();
    }

    @Test
    void whatWasNeverAskedDoesNotMatter() {
        Policy policy = new Keeping(1, 2);
        Decisions decisions = new Decisions(MACHINE);
        decisions.add(asked(L2_EDIT, policy, 0));
        decisions.add(asked(END, policy, 1));

        assertThat(decisions.areAlsoThoseOf(new Keeping(1, 0))).isTrue();
    }

    @Test
    void aGlobalFlushIsAPlainOneUnlessTheMachineOrTheOrderOfCpusTellsThemApart() {
        Policy plain = new Keeping(1, 2);
        Policy global = new Keeping(1, 2, FlushFlags.FLUSH_TLB_GLOBAL);
        Machine spares = MACHINE.toBuilder().flushTlbSparesGlobal(true).build();
        Machine two = MACHINE.toBuilder().cpus(2).build();

        assertThat(of(plain).areAlsoThoseOf(global)).isTrue();
        assertThat(of(plain, spares).areAlsoThoseOf(global)).isFalse();
        assertThat(of(plain, two).areAlsoThoseOf(global)).isFalse();
    }

    @Test
    void whatIsPutOffGathersAndHasToBeEqual() {
        int exit = FlushFlags.FLUSH_AT_EXIT;
        Policy plain = new Keeping(1, 2, exit | FlushFlags.FLUSH_TLB);
        Policy global = new Keeping(1, 2, exit | FlushFlags.FLUSH_TLB_GLOBAL);

        assertThat(of(plain).areAlsoThoseOf(global)).isFalse();
    }

    @Test
    void flagsThatAreTwoHereAreTwoThere() {
        Policy both = new Mixed(FlushFlags.FLUSH_TLB, FlushFlags.FLUSH_TLB_GLOBAL);
        Policy one = new Mixed(FlushFlags.FLUSH_TLB, FlushFlags.FLUSH_TLB);

        assertThat(of(both).areAlsoThoseOf(one)).isFalse();
        assertThat(of(one).areAlsoThoseOf(both)).isFalse();
    }

    /** Flushes with other flags after an edit of an L2 table than after one of an L3 table. */
    private record Mixed(int l2, int l3) implements Policy {
        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            return update.level();
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            if (accumulator != 0) {
                flusher.local(accumulator == 2 ? l2 : l3);
            }
        }
    }
}
