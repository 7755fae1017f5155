package shootdown.scenario;

import shootdown.checker.Property;

/** What must come out. */
public sealed interface Expectation {
    /** In every outcome. */
    record Always(Condition condition) implements Expectation {}

    /** In at least one outcome. */
    record Sometimes(Condition condition) implements Expectation {}

    /** In no outcome. */
    record Never(Condition condition) implements Expectation {}

    /** No state on the way to any outcome breaks the property. */
    record Keeps(Property property) implements Expectation {}

    /** Some state on the way to some outcome breaks the property. */
    record Breaks(Property property) implements Expectation {}
}
