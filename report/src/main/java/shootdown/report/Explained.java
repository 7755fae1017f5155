package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Property;
import shootdown.checker.Story;

import java.util.List;

/**
 * The answer to "explain".
 *
 * @param cells what was checked, all of one policy
 * @param told that of the story, or the first
 * @param where the universes of all of them in words
 * @param property what was asked about, or null for anything
 * @param story how the cell breaks, or a near miss, or null if there is neither
 */
public record Explained(
        List<Cell> cells,
        Cell told,
        String where,
        @Nullable Property property,
        @Nullable Story story) {
    public Explained {
        cells = List.copyOf(cells);
    }

    /** Whether there is something to say that a story does not: that the policy is safe, say. */
    boolean isMoreThanAStory() {
        return story == null || story.nearMiss();
    }
}
