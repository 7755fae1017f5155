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

    /** Tells the story, if there is one, and what is known without it. */
    public static Page page(Explained explained, int columns) {
        @Nullable Story story = explained.story();
        Page page = new Page(columns);
        if (explained.isMoreThanAStory()) {
            page.append(verdict(explained, columns)).blank();
        }
        return story == null
                ? page.line(silence(explained.cells()))
                : page.append(StoryText.page(story, columns));
    }

    /** What is known without a story, in the given number of columns. */
    static Page verdict(Explained explained, int columns) {
        Page page = new Page(columns);
        verdict(explained.cells(), explained.where(), explained.property(), page);
        return page;
    }

    /** Why there is no story. */
    static String silence(List<Cell> cells) {
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
