package shootdown.checker;

import shootdown.policy.CatalogueEntry;

import java.util.Optional;

/** Finds and tells shortest stories. */
public final class Storyteller {
    private Storyteller() {}

    /** The shortest story of how this property breaks, if the search finds one. */
    public static Optional<Story> tell(
            CatalogueEntry policy, Universe universe, Property property, CheckOptions options) {
        throw new UnsupportedOperationException(
                "being written: " + policy + universe + property + options);
    }

    /** The shortest story in which the loss of one flush of the policy breaks any property. */
    public static Optional<Story> nearMiss(
            CatalogueEntry policy, Universe universe, CheckOptions options) {
        throw new UnsupportedOperationException("being written: " + policy + universe + options);
    }

    /** The first difference between two policies in a universe, if there is one. */
    public static Optional<Difference> difference(
            CatalogueEntry first, CatalogueEntry second, Universe universe, CheckOptions options) {
        throw new UnsupportedOperationException(
                "being written: " + first + second + universe + options);
    }
}
