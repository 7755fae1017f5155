package shootdown.report;

import shootdown.checker.Story;
import shootdown.report.Sequence.Act;
import shootdown.report.Sequence.Arrow;
import shootdown.report.Sequence.Note;
import shootdown.report.Sequence.Row;

import java.io.StringWriter;
import java.util.List;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A story as a sequence diagram that is a picture of its own: no font, script or style from
 * elsewhere, for screens that are light or dark and for paper.
 *
 * <p>Letters have one width, so that lines can be broken without a renderer's help.
 */
public final class StorySvg {
    private static final int LINE = 18;
    private static final int LETTER = 8;
    private static final int MARGIN = 16;
    private static final int GAP = 24;
    private static final int INDENT = 28;
    private static final int PADDING = 6;

    private static final String STYLE =
            """
            svg { color-scheme: light dark; --paper: #ffffff; --ink: #1b1b1b; --soft: #595959; --line: #8a8a8a; --bad: #a4000f; --bad-paper: #fdecec; --good: #0b5d1e; --mark: #ffffff; }
            @media (prefers-color-scheme: dark) { svg { --paper: #16181c; --ink: #ececec; --soft: #b4b4b4; --line: #8a8a8a; --bad: #ff9d9d; --bad-paper: #3a1a1d; --good: #8fd9a0; --mark: #16181c; } }
            @media print { svg { --paper: #ffffff; --ink: #000000; --soft: #333333; --line: #666666; --bad: #a4000f; --bad-paper: #ffffff; --good: #0b5d1e; --mark: #ffffff; } }
            text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: var(--ink); white-space: pre; }
            .paper { fill: var(--paper); }
            .title, .lane, .act { font-weight: bold; }
            .title { font-size: 15px; }
            .soft { fill: var(--soft); }
            .bad { fill: var(--bad); font-weight: bold; }
            .good { fill: var(--good); font-weight: bold; }
            .life { stroke: var(--line); stroke-dasharray: 2 4; }
            .number { fill: var(--ink); }
            .digits { fill: var(--mark); font-weight: bold; text-anchor: middle; }
            .stale { fill: var(--bad-paper); stroke: var(--bad); stroke-width: 1.5; }
            .arrow { stroke: var(--ink); stroke-width: 1.5; fill: none; }
            .back { stroke-dasharray: 6 4; }
            .head { fill: var(--ink); stroke: none; }
            .lost { stroke: var(--bad); stroke-width: 2.5; fill: none; }
            """;

    private final Sequence sequence;
    private final int letters;
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private int y;

    private StorySvg(Sequence sequence) throws XMLStreamException {
        this.sequence = sequence;
        this.letters =
                switch (sequence.cpus()) {
                    case 1 -> 76;
                    case 2 -> 50;
                    default -> 40;
                };
        this.xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    }

    /** The picture. */
    public static String of(Story story) {
        Sequence sequence = Sequence.of(story);
        try {
            StorySvg measured = new StorySvg(sequence);
            measured.draw(0);
            StorySvg drawn = new StorySvg(sequence);
            drawn.draw(measured.y);
            return drawn.text + "\n";
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e); // a writer to memory does not fail
        }
    }

    /** Draws all; the first time the height is not known. */
    private void draw(int height) throws XMLStreamException {
        xml.writeStartElement("svg");
        attribute("xmlns", "http://www.w3.org/2000/svg");
        attribute("viewBox", "0 0 %d %d".formatted(width(), height));
        attribute("width", Integer.toString(width()));
        attribute("height", Integer.toString(height));
        attribute("role", "img");
        attribute("aria-labelledby", "title desc");
        element("title", "title", sequence.title());
        element(
                "desc",
                "desc",
                "%s %s %s %s"
                        .formatted(
                                sequence.about(),
                                steps(),
                                "Wrong: " + sequence.wrong(),
                                "Remedy: " + sequence.remedy()));
        xml.writeStartElement("style");
        xml.writeCharacters(STYLE);
        xml.writeEndElement();
        shape("rect", "paper", "width", width(), "height", height);
        y = MARGIN;
        lines("title", MARGIN, sequence.title(), (width() - 2 * MARGIN) / (LETTER + 2));
        lines("soft", MARGIN, sequence.about(), across());
        y += LINE;
        int top = y + LINE / 2;
        for (int cpu = 0; cpu < sequence.cpus(); cpu++) {
            text("lane", life(cpu) - LETTER, y, "CPU" + cpu);
        }
        y = top;
        int end = height - below();
        for (int cpu = 0; cpu < sequence.cpus() && end > top; cpu++) {
            line("life", life(cpu), top, life(cpu), end);
        }
        drawRows();
        moral("bad", "Wrong:", sequence.wrong());
        moral("good", "Remedy:", sequence.remedy());
        y += MARGIN - LINE / 2;
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private String steps() {
        StringBuilder steps = new StringBuilder();
        for (Row row : sequence.rows()) {
            if (row instanceof Act act) {
                steps.append("%d. CPU%d %s. ".formatted(act.number(), act.cpu(), act.text()));
            }
        }
        return steps.toString().strip();
    }

    /** The height of what follows the lanes. */
    private int below() {
        int lines =
                Page.pieces("Wrong: " + sequence.wrong(), across()).size()
                        + Page.pieces("Remedy: " + sequence.remedy(), across()).size();
        return (lines + 2) * LINE + MARGIN;
    }

    private void drawRows() throws XMLStreamException {
        int last = -1;
        int lowest = y;
        int start = y;
        for (Row row : sequence.rows()) {
            boolean beside =
                    row instanceof Note note && last >= 0 && note.cpu() > last; // same height
            if (beside) {
                y = start;
            } else {
                y = lowest;
                start = lowest;
            }
            last = row instanceof Note note ? note.cpu() : -1;
            row(row);
            lowest = Math.max(lowest, y);
        }
        y = lowest + 2 * LINE;
    }

    private void row(Row row) throws XMLStreamException {
        switch (row) {
            case Act act -> act(act);
            case Arrow arrow -> arrow(arrow);
            case Note note -> note(note);
        }
    }

    private void act(Act act) throws XMLStreamException {
        y += LINE;
        shape("circle", "number", "cx", life(act.cpu()), "cy", y - 4, "r", 11);
        text("digits", life(act.cpu()), y, Integer.toString(act.number()));
        for (String part : Page.pieces(act.text(), letters)) {
            text("act", life(act.cpu()) + INDENT, y, part);
            y += LINE;
        }
        y -= LINE / 2;
    }

    private void note(Note note) throws XMLStreamException {
        List<String> parts =
                note.lines().stream().flatMap(part -> Page.pieces(part, letters).stream()).toList();
        int left = life(note.cpu()) + INDENT;
        y += LINE;
        if (note.stale()) {
            shape(
                    "rect",
                    "stale",
                    "x",
                    left - PADDING,
                    "y",
                    y - LINE + PADDING / 2,
                    "width",
                    letters * LETTER + 2 * PADDING,
                    "height",
                    parts.size() * LINE + PADDING,
                    "rx",
                    4);
        }
        for (String part : parts) {
            text(note.stale() && part.contains("stale") ? "bad" : "soft", left, y, part);
            y += LINE;
        }
        y -= LINE / 2;
    }

    /** A line between two lanes, its words above it. */
    private void arrow(Arrow arrow) throws XMLStreamException {
        int from = life(arrow.from());
        int to = life(arrow.to());
        boolean right = from < to;
        y += LINE;
        for (String part : Page.pieces(arrow.text(), letters)) {
            text("act", Math.min(from, to) + INDENT, y, part);
            y += LINE;
        }
        int at = y - LINE / 2;
        int tip = right ? to - 4 : to + 4;
        int back = right ? tip - 10 : tip + 10;
        line(
                switch (arrow.kind()) {
                    case SERVED -> "arrow back";
                    case ASKED, ASSISTED, LOST -> "arrow";
                },
                from,
                at,
                back,
                at);
        if (arrow.kind() == Story.Passing.LOST) {
            int middle = (from + to) / 2;
            line("lost", middle - 8, at - 8, middle + 8, at + 8);
            line("lost", middle - 8, at + 8, middle + 8, at - 8);
        }
        xml.writeEmptyElement("path");
        attribute("class", "head");
        attribute("d", "M %d %d L %d %d L %d %d Z".formatted(tip, at, back, at - 5, back, at + 5));
        y = at + LINE / 2;
    }

    private void moral(String style, String word, String said) throws XMLStreamException {
        List<String> parts = Page.pieces(word + " " + said, across());
        for (int i = 0; i < parts.size(); i++) {
            xml.writeCharacters("\n");
            xml.writeStartElement("text");
            attribute("x", Integer.toString(MARGIN));
            attribute("y", Integer.toString(y));
            String rest = parts.get(i);
            if (i == 0) {
                xml.writeStartElement("tspan");
                attribute("class", style);
                xml.writeCharacters(word);
                xml.writeEndElement();
                rest = rest.substring(word.length());
            }
            xml.writeCharacters(rest);
            xml.writeEndElement();
            y += LINE;
        }
        y += LINE / 2;
    }

    private void lines(String style, int x, String said, int width) throws XMLStreamException {
        for (String part : Page.pieces(said, width)) {
            y += LINE;
            text(style, x, y, part);
        }
        y += LINE / 2;
    }

    private int lane() {
        return INDENT + letters * LETTER + GAP;
    }

    private int life(int cpu) {
        return MARGIN + 12 + cpu * lane();
    }

    private int width() {
        return 2 * MARGIN + sequence.cpus() * lane();
    }

    private int across() {
        return (width() - 2 * MARGIN) / LETTER;
    }

    private void text(String style, int x, int baseline, String said) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("text");
        attribute("class", style);
        attribute("x", Integer.toString(x));
        attribute("y", Integer.toString(baseline));
        xml.writeCharacters(said);
        xml.writeEndElement();
    }

    private void line(String style, int x1, int y1, int x2, int y2) throws XMLStreamException {
        shape("line", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
    }

    /** An element without content; names of attributes and their numbers in turn. */
    private void shape(String element, String style, Object... attributes)
            throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeEmptyElement(element);
        attribute("class", style);
        for (int i = 0; i < attributes.length; i += 2) {
            attribute(attributes[i].toString(), attributes[i + 1].toString());
        }
    }

    private void element(String name, String id, String content) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement(name);
        attribute("id", id);
        xml.writeCharacters(content);
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, value);
    }
}
