package shootdown.report;

/** Some characters of a line, with one tone. */
public record Span(String text, Tone tone) {
    static final Span EMPTY = plain("");

    static Span plain(String text) {
        return new Span(text, Tone.PLAIN);
    }
}
