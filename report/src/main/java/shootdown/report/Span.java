package shootdown.report;

/** Some characters of a line, with one tone; what would command a terminal is written out. */
public record Span(String text, Tone tone) {
    public Span {
        text = Names.printable(text);
    }

    static final Span EMPTY = plain("");

    static Span plain(String text) {
        return new Span(text, Tone.PLAIN);
    }
}
