package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import shootdown.conformance.Difference.Kind;
import shootdown.conformance.SecondLook.Parting;

import java.util.Arrays;
import java.util.Iterator;

/** Programs that part, tried again. */
class SecondLookTest {
    private static final Difference DIFFERENT = new Difference(3, "result", "0", "-16");
    private static final Difference SUSPECTED =
            new Difference(5, "frame 1, type", "none", "half validated", Kind.HALF_VALIDATED);
    private static final Difference LOST =
            new Difference(5, "frame 1, count_info", "1", "2", Kind.LOST_REFERENCE);

    private final SecondLook second = new SecondLook();

    private static Parting first(long number, Difference difference) {
        return new Parting(number, difference, false);
    }

    @Test
    void whatDiffersAgainDiffers() {
        second.tryAgain(first(7, DIFFERENT), number -> DIFFERENT);
        assertThat(second.differing()).containsExactly(new Parting(7, DIFFERENT, true));
        assertThat(second.once()).isEmpty();
        assertThat(second.untried()).isZero();
    }

    @Test
    void whatIsSuspectedAndDoesNotShowAgainWasSeenOnce() {
        second.tryAgain(first(7, LOST), number -> null);
        second.tryAgain(first(8, SUSPECTED), number -> null);
        assertThat(second.differing()).isEmpty();
        assertThat(second.suspected()).isEmpty();
        assertThat(second.once()).containsExactly(first(7, LOST), first(8, SUSPECTED));
    }

    @Test
    void anyOtherDifferenceCountsEvenIfItDoesNotShowAgain() {
        second.tryAgain(first(7, DIFFERENT), number -> null);
        assertThat(second.differing()).containsExactly(first(7, DIFFERENT));
        assertThat(second.once()).isEmpty();
        assertThat(second.untried()).isZero();
    }

    @Test
    void aReferenceThatIsLostEveryTimeIsNotLostByChance() {
        Iterator<@Nullable Difference> tries = Arrays.asList(LOST, LOST, null).iterator();
        second.tryAgain(first(7, LOST), number -> tries.next());
        second.tryAgain(first(8, LOST), number -> LOST);
        assertThat(second.once()).containsExactly(first(7, LOST));
        assertThat(second.differing())
                .containsExactly(new Parting(8, LOST.as(Kind.DIFFERENCE), true));
    }

    @Test
    void whatIsSeenTheSecondTimeCounts() {
        second.tryAgain(first(7, DIFFERENT), number -> SUSPECTED);
        second.tryAgain(first(8, SUSPECTED), number -> DIFFERENT);
        assertThat(second.suspected()).containsExactly(new Parting(7, SUSPECTED, true));
        assertThat(second.differing()).containsExactly(new Parting(8, DIFFERENT, true));
    }

    @Test
    void whatThereIsNoTimeForIsTakenForGranted() {
        second.takeForGranted(first(7, DIFFERENT));
        second.takeForGranted(first(8, SUSPECTED));
        second.tryAgain(first(9, DIFFERENT), number -> DIFFERENT);
        assertThat(second.differing()).extracting(Parting::number).containsExactly(7L, 9L);
        assertThat(second.suspected()).extracting(Parting::number).containsExactly(8L);
        assertThat(second.untried()).isEqualTo(2);
    }
}
