package shootdown.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of toned words, none wider than the page if its words allow. */
public final class Page {
    /** Columns of a page whose reader has not said how many he has. */
    public static final int WIDTH = 100;

    private final int width;
    private final List<List<Span>> lines = new ArrayList<>();

    Page() {
        this(WIDTH);
    }

    Page(int width) {
        this.width = width;
    }

    int width() {
        return width;
    }

    /** The lines, each from left to right. */
    public List<List<Span>> lines() {
        return List.copyOf(lines);
    }

    /** The same without tones, each line ended. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (List<Span> line : lines) {
            for (Span span : line) {
                text.append(span.text());
            }
            text.append('\n');
        }
        return text.toString();
    }

    Page blank() {
        lines.add(List.of());
        return this;
    }

    Page line(String text) {
        return line(Span.plain(text));
    }

    Page line(Tone tone, String text) {
        return line(new Span(text, tone));
    }

    Page line(Span... spans) {
        lines.add(List.of(spans));
        return this;
    }

    Page line(List<Span> spans) {
        lines.add(List.copyOf(spans));
        return this;
    }

    Page append(Page other) {
        lines.addAll(other.lines);
        return this;
    }

    /** Another page to the right of this one. */
    Page beside(Page right) {
        Page both = new Page(width + right.width);
        for (int row = 0; row < Math.max(lines.size(), right.lines.size()); row++) {
            List<Span> line = new ArrayList<>(row < lines.size() ? lines.get(row) : List.of());
            int used = line.stream().mapToInt(span -> span.text().length()).sum();
            if (row < right.lines.size() && !right.lines.get(row).isEmpty()) {
                line.add(Span.plain(" ".repeat(Math.max(1, width - used))));
                line.addAll(right.lines.get(row));
            }
            both.line(line);
        }
        return both;
    }

    /** A text that is broken between words; all lines but the first start below its end. */
    Page wrapped(String first, String text) {
        return wrapped(Span.plain(first), text, first.length());
    }

    /** A text that is broken between words; all lines but the first are indented so far. */
    Page wrapped(Span first, String text, int indent) {
        String margin = " ".repeat(indent);
        List<String> parts = wrap(text, width - Math.max(first.text().length(), indent));
        for (int i = 0; i < parts.size(); i++) {
            if (i == 0) {
                line(first, Span.plain(parts.get(0)));
            } else {
                line(margin + parts.get(i));
            }
        }
        return this;
    }

    /** Breaks a text between words; a word that is too long has a line of its own. */
    static List<String> wrap(String text, int width) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!part.isEmpty() && part.length() + 1 + word.length() > width) {
                parts.add(part.toString());
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "" : " ").append(word);
        }
        parts.add(part.toString());
        return parts;
    }

    /** The same, and no piece is longer than the width: a word that is too long is broken, too. */
    static List<String> pieces(String text, int width) {
        List<String> pieces = new ArrayList<>();
        for (String part : wrap(text, width)) {
            int from = 0;
            while (part.length() - from > width) {
                int to = from + width;
                to -= Character.isHighSurrogate(part.charAt(to - 1)) ? 1 : 0;
                pieces.add(part.substring(from, to));
                from = to;
            }
            pieces.add(part.substring(from));
        }
        return pieces;
    }
}
