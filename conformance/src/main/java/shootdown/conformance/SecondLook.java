package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Programs in which model and real Xen part, sorted by what they do when each is run again, alone.
 *
 * <p>What is suspected and does not show again was seen once: an interrupt came at the wrong
 * moment. Any other difference counts, whether it shows again or not.
 */
final class SecondLook {
    /**
     * A program and where it parts.
     *
     * @param number of the program
     * @param again whether that was seen more than once
     */
    record Parting(long number, Difference difference, boolean again) {
        boolean suspected() {
            return difference.suspected();
        }
    }

    /** Tries programs again. */
    @FunctionalInterface
    interface Trier {
        /**
         * Runs a program.
         *
         * @return where it parts now, or null
         */
        @Nullable Difference again(long number);
    }

    /** A reference that gets lost in each of so many runs is not lost by chance. */
    private static final int TRIES = 10;

    private long untried;
    private final List<Parting> differing = new ArrayList<>();
    private final List<Parting> suspected = new ArrayList<>();
    private final List<Parting> once = new ArrayList<>();

    /** Tries a program again, and puts it where it belongs. */
    void tryAgain(Parting first, Trier trier) {
        boolean chance = first.difference().kind() == Difference.Kind.LOST_REFERENCE;
        Difference again = first.difference();
        for (int tries = 0; again != null && tries < (chance ? TRIES : 1); tries++) {
            again = trier.again(first.number());
        }
        if (again == null && first.suspected()) {
            once.add(first);
        } else if (again == null) {
            believe(first); // whatever it was, it was not what is known to come by chance
        } else {
            boolean stays = again.kind() == Difference.Kind.LOST_REFERENCE;
            believe(
                    new Parting(
                            first.number(),
                            stays ? again.as(Difference.Kind.DIFFERENCE) : again,
                            true));
        }
    }

    /** Takes what was seen for granted, because there is no time to try it again. */
    void takeForGranted(Parting first) {
        untried++;
        believe(first);
    }

    private void believe(Parting parting) {
        (parting.suspected() ? suspected : differing).add(parting);
    }

    /** Those in which model and real Xen differ, with the difference seen last. */
    List<Parting> differing() {
        return List.copyOf(differing);
    }

    /** Those that bring real Xen into a state that may be a defect of it. */
    List<Parting> suspected() {
        return List.copyOf(suspected);
    }

    /** Those that did not part again, with what was seen at first. */
    List<Parting> once() {
        return List.copyOf(once);
    }

    /** How many of those that differ or are suspected were not tried again. */
    long untried() {
        return untried;
    }
}
