package shootdown.claims;

/** What the experiments say to a claim. */
public enum Verdict {
    /** Every experiment came out as the claim predicts. */
    HOLDS("holds"),
    /** So did those inside the claim's condition, but not all outside of it. */
    HOLDS_IF("holds if"),
    /** One inside the condition did not. */
    REFUTED("refuted"),
    /** A search that matters met a limit, or nothing was at stake in it. */
    UNDECIDED("undecided"),
    /** Nothing that a run could tell. */
    NOT_A_MODEL_QUESTION("not a model question");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** In one or a few words. */
    public String word() {
        return word;
    }
}
