package shootdown.checker;

/** What is known of a property in a universe under a policy. */
public enum Outcome {
    /** The whole universe was searched, and the property holds. */
    SAFE,
    /** There is a story. */
    BROKEN,
    /** A limit was reached before the whole universe was searched. */
    INCONCLUSIVE
}
