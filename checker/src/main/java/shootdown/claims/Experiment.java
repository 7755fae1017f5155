package shootdown.claims;

/**
 * A question, and the answer to it that a claim predicts.
 *
 * @param predicted whether it is yes
 * @param inside whether it lies inside the claim's condition; one outside shows whether the
 *     condition is needed
 */
public record Experiment(Question question, boolean predicted, boolean inside) {

    /** How it came out. */
    public enum Result {
        AS_PREDICTED,
        OTHERWISE,
        /** Open, or nothing was at stake. */
        UNKNOWN
    }

    /** What the claim predicts, in words. */
    public String says() {
        return question.says(predicted);
    }

    Result result(Reply reply) {
        return switch (reply.answer()) {
            case YES -> predicted ? Result.AS_PREDICTED : Result.OTHERWISE;
            case NO -> predicted ? Result.OTHERWISE : Result.AS_PREDICTED;
            case SAYS_NOTHING, OPEN -> Result.UNKNOWN;
        };
    }

    /** The same taken the wrong way round. */
    public Experiment inverted() {
        return new Experiment(question, !predicted, inside);
    }
}
