package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import shootdown.engine.SearchResult;
import shootdown.engine.Violation;

import java.util.Arrays;

/** Comparisons of whole searches. */
final class ResultAssertions {
    private ResultAssertions() {}

    /** Asserts that two results agree in all that is not measured. */
    static void assertSame(String name, SearchResult actual, SearchResult expected) {
        assertThat(actual.end()).as(name).isEqualTo(expected.end());
        assertThat(actual.states()).as(name).isEqualTo(expected.states());
        assertThat(actual.transitions()).as(name).isEqualTo(expected.transitions());
        assertThat(actual.depth()).as(name).isEqualTo(expected.depth());
        assertThat(actual.counters()).as(name).isEqualTo(expected.counters());
        assertThat(actual.frontiers()).as(name).isEqualTo(expected.frontiers());
        assertThat(actual.violations()).as(name).hasSameSizeAs(expected.violations());
        for (int i = 0; i < actual.violations().size(); i++) {
            Violation left = actual.violations().get(i);
            Violation right = expected.violations().get(i);
            assertThat(left.property()).as(name).isEqualTo(right.property());
            assertThat(left.depth()).as(name).isEqualTo(right.depth());
            assertThat(left.lastStep()).as(name).isEqualTo(right.lastStep());
            assertThat(left.states())
                    .as(name)
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyElementsOf(right.states());
        }
    }
}
