package shootdown.report;

/** What a word means, for those who print in colour. No line depends on it to be understood. */
public enum Tone {
    PLAIN,
    TITLE,
    GOOD,
    BAD,
    UNSURE,
    MUTED
}
