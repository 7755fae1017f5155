package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.engine.End;

import java.util.List;

/** The answer to "explain": what is known, and a story or a near miss. */
public final class ExplainText {
    private ExplainText() {}

    /**
     * Tells the story, if there is one, and what is known without it.
     *
     * @param cells what was checked, all of one policy
     * @param where the universes of all of them in words
     * @param property what was asked about, or null for anything
     * @param story how the last of them breaks, or a near miss, or null if there is neither
     */
    public static Page page(
            List<Cell> cells, String where, @Nullable Property property, @Nullable Story story) {
        Page page = new Page();
        if (story == null || story.nearMiss()) {
            verdict(cells, where, property, page);
            page.blank();
        }
        if (story == null) {
            page.line(silence(cells));
        } else {
            page.append(StoryText.page(story));
        }
        return page;
    }

    /** Why there is no story. */
    private static String silence(List<Cell> cells) {
        if (!isSafe(cells)) {
            return "Nothing can be told before the search is complete.";
        }
        return cells.stream().allMatch(cell -> cell.broken().isEmpty())
                ? "No near miss: no single lost flush of the policy breaks anything."
                : "Something else is broken; ask without --property.";
    }

    private static boolean isSafe(List<Cell> cells) {
        return cells.stream().allMatch(cell -> cell.end() == End.EXHAUSTED);
    }

    private static void verdict(
            List<Cell> cells, String where, @Nullable Property property, Page page) {
        Cell first = cells.getFirst();
        String what = property == null ? "safe" : "safe for " + property;
        long states = cells.stream().mapToLong(Cell::states).sum();
        if (isSafe(cells)) {
            page.wrapped(
                    new Span(Names.of(first.policy()) + " is " + what + " ", Tone.GOOD),
                    "in %s: all %s states were explored.".formatted(where, Numbers.of(states)),
                    0);
            if (where.endsWith("Xen's")) {
                page.line("Those whose machine is not Xen's were left out: name one to see it.");
            }
        } else {
            page.wrapped(
                    new Span("Inconclusive: ", Tone.UNSURE),
                    "%s in %s, a limit was reached after %s states."
                            .formatted(Names.of(first.policy()), where, Numbers.of(states)),
                    0);
        }
    }
}
