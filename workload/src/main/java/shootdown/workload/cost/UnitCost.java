package shootdown.workload.cost;

/**
 * What a unit costs.
 *
 * @param basis how far it can be trusted
 * @param source where it is from, or how it was estimated
 */
public record UnitCost(Range range, Basis basis, String source) {
    /** How a figure came about. */
    public enum Basis {
        /** A paper or manual states it. */
        PUBLISHED,
        /** Computed from what one states. */
        DERIVED,
        /** By order of magnitude; nobody's measurement. */
        ESTIMATE,
        /** From a file of the user. */
        GIVEN;

        /** In words. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
