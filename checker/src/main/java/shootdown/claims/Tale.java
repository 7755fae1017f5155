package shootdown.claims;

import shootdown.checker.Difference;
import shootdown.checker.Story;

/** How a question came to be answered with no. */
public sealed interface Tale {
    /** The shortest way to break a property. */
    record Broken(Story story) implements Tale {}

    /** The first state in which two policies part. */
    record Different(Difference difference) implements Tale {}

    /**
     * The shortest way to a state that shows something.
     *
     * @param what it shows
     */
    record Seen(String what, Story story) implements Tale {}
}
