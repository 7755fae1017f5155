package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs in which model and real Xen part, sorted by what they do when each is run again, alone.
 *
 * <p>An interrupt at the wrong moment can make real Xen do something once that it does not do
 * again; what a program brings about by itself shows every time.
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

    private final List<Parting> differing = new ArrayList<>();
    private final List<Parting> suspected = new ArrayList<>();
    private final List<Parting> once = new ArrayList<>();

    /** Tries a program again, and puts it where it belongs. */
    void tryAgain(Parting first, Trier trier) {
        Difference again = trier.again(first.number());
        if (again == null) {
            once.add(first);
        } else {
            believe(new Parting(first.number(), again, true));
        }
    }

    /** Takes what was seen for granted, because there is no time to try it again. */
    void takeForGranted(Parting first) {
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
        return Stream.concat(differing.stream(), suspected.stream())
                .filter(parting -> !parting.again())
                .count();
    }
}
