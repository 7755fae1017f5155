package shootdown.policy;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A policy of the {@link Catalogue} and what is known about it before any run.
 *
 * @param name the name by which people and files know it
 * @param aliases other names, for lookup only
 * @param policy the policy itself
 * @param rule the rule in one line
 * @param source commit or mail, author, date
 * @param ideal whether it asks more than Xen can know cheaply
 * @param expectations all breaks that are expected; whatever is not listed is expected safe
 */
public record CatalogueEntry(
        String name,
        List<String> aliases,
        Policy policy,
        String rule,
        String source,
        boolean ideal,
        List<Expectation> expectations) {

    /** Properties expected to break in a universe, in order of their names; empty for safe. */
    public SortedSet<String> expectedBreaks(String universeName) {
        SortedSet<String> properties = new TreeSet<>();
        for (Expectation expectation : expectations) {
            if (expectation.appliesTo(universeName)) {
                properties.add(expectation.property());
            }
        }
        return properties;
    }
}
