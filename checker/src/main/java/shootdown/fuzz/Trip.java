package shootdown.fuzz;

import shootdown.checker.Property;
import shootdown.checker.Story;

import java.util.List;

/**
 * A way to something that is broken.
 *
 * @param property what the last step breaks
 * @param steps from the first state
 */
record Trip(Property property, List<Story.Step> steps) {
    Trip {
        steps = List.copyOf(steps);
    }
}
