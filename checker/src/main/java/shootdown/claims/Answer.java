package shootdown.claims;

/** What runs answer to a question. */
public enum Answer {
    YES("yes"),
    NO("no"),
    /** All was explored, but nothing was at stake or no flush fired: this supports nothing. */
    SAYS_NOTHING("says nothing"),
    /** A limit was reached, or a run did not take place. */
    OPEN("open");

    private final String word;

    Answer(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
