package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

/** Comparisons of whole searches. */
final class SearchAssertions {

    private SearchAssertions() {}

    /** Asserts that a search finds what a textbook's does: counts, violations, and paths. */
    static void assertLikeTextbook(String name, TransitionSystem system, int threads) {
        NaiveSearch naive = new NaiveSearch(system);
        naive.run();
        SearchResult result = Search.run(system, SearchOptions.defaults().withThreads(threads));

        assertThat(result.end()).as(name).isEqualTo(End.EXHAUSTED);
        assertThat(result.states()).as(name).isEqualTo(naive.states());
        assertThat(result.transitions()).as(name).isEqualTo(naive.transitions);
        assertThat(result.depth()).as(name).isEqualTo(naive.depth());
        assertThat(result.counters()[0]).as(name).isEqualTo(naive.states());
        assertThat(Arrays.stream(result.frontiers()).sum()).as(name).isEqualTo(naive.states());
        for (int property = 0; property < system.properties(); property++) {
            NaiveSearch.Found found = naive.found.get(property);
            assertThat(result.violation(property).isPresent()).as(name).isEqualTo(found != null);
            if (found != null) {
                Violation violation = result.violation(property).orElseThrow();
                assertThat(violation.depth()).as(name).isEqualTo(found.depth());
                assertThat(violation.lastStep()).as(name).isEqualTo(found.step());
                assertSamePath(name, violation.states(), naive.states(found.node()));
            }
        }
    }

    /** Asserts that two results agree in all that is not measured. */
    static void assertSame(String name, SearchResult actual, SearchResult expected) {
        assertThat(actual.end()).as(name).isEqualTo(expected.end());
        assertThat(actual.states()).as(name).isEqualTo(expected.states());
        assertThat(actual.transitions()).as(name).isEqualTo(expected.transitions());
        assertThat(actual.depth()).as(name).isEqualTo(expected.depth());
        assertThat(actual.counters()).as(name).isEqualTo(expected.counters());
        assertThat(actual.frontiers()).as(name).isEqualTo(expected.frontiers());
        assertSameViolations(name, actual, expected);
    }

    /** Asserts that two results have the same violations by the same paths. */
    static void assertSameViolations(String name, SearchResult actual, SearchResult expected) {
        assertThat(actual.violations()).as(name).hasSameSizeAs(expected.violations());
        for (int i = 0; i < actual.violations().size(); i++) {
            Violation left = actual.violations().get(i);
            Violation right = expected.violations().get(i);
            assertThat(left.property()).as(name).isEqualTo(right.property());
            assertThat(left.depth()).as(name).isEqualTo(right.depth());
            assertThat(left.lastStep()).as(name).isEqualTo(right.lastStep());
            assertSamePath(name, left.states(), right.states());
        }
    }

    /** Asserts that two results violate the same properties after the same numbers of steps. */
    static void assertSameVerdicts(String name, SearchResult actual, SearchResult expected) {
        assertThat(verdicts(actual)).as(name).isEqualTo(verdicts(expected));
    }

    private static void assertSamePath(String name, List<long[]> actual, List<long[]> expected) {
        assertThat(actual)
                .as(name)
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(expected);
    }

    private static List<String> verdicts(SearchResult result) {
        return result.violations().stream().map(v -> v.property() + " at " + v.depth()).toList();
    }
}
