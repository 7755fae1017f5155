package shootdown.pages;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Property;

/** Where the stories of an index are. */
public interface StoryLinks {
    /**
     * One story.
     *
     * @param href relative to the index
     * @param steps of the story
     */
    record Link(String href, int steps) {}

    /** The story of a cell's break, or null if there is none. */
    @Nullable Link to(Cell cell, Property property);
}
