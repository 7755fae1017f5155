package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Difference;
import shootdown.checker.Storyteller.Comparison;
import shootdown.engine.End;

/**
 * How two policies compare in the universes whose machine is Xen's.
 *
 * @param looked how many of them were looked at
 * @param different in how many of them the two decide differently
 * @param matters whether one of these breaks only one of the two
 * @param complete whether no limit was reached
 */
public record OnXen(int looked, int different, boolean matters, boolean complete) {
    /** Before the first one. */
    public static final OnXen NOTHING = new OnXen(0, 0, false, true);

    /** With one more universe. */
    public OnXen and(Comparison comparison) {
        @Nullable Difference difference = comparison.difference();
        if (difference == null) {
            return new OnXen(looked + 1, different, matters, complete && comparison.complete());
        }
        return new OnXen(
                looked + 1,
                different + 1,
                matters || difference.matters(),
                complete
                        && difference.firstCell().end() == End.EXHAUSTED
                        && difference.secondCell().end() == End.EXHAUSTED);
    }

    /** One line. */
    String says() {
        if (matters) {
            return "On Xen's machines they differ, and it matters.";
        }
        String universes = Numbers.count(looked, "universe", "universes");
        String limit = complete ? "." : ", as far as was explored.";
        return different == 0
                ? "On Xen's machines they decide alike, in " + universes + limit
                : "On Xen's machines they differ in %d of %s, but it does not matter%s"
                        .formatted(different, universes, limit);
    }
}
