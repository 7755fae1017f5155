package shootdown.claims;

/**
 * What was expected of a claim by reading, before any run.
 *
 * @param verdict the nearest verdict
 * @param words as the facts have it
 */
public record Expectation(Verdict verdict, String words) {}
