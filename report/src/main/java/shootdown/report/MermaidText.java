package shootdown.report;

import shootdown.checker.Story;
import shootdown.report.Sequence.Act;
import shootdown.report.Sequence.Arrow;
import shootdown.report.Sequence.Note;
import shootdown.report.Sequence.Row;

import java.util.List;
import java.util.stream.Collectors;

/** A story as a sequence diagram of Mermaid, which GitLab and GitHub draw in a review. */
public final class MermaidText {
    private static final int LINE = 44;

    private final StringBuilder text = new StringBuilder("sequenceDiagram\n");

    private MermaidText() {}

    /** The diagram, for a block of its own. */
    public static String of(Story story) {
        Sequence sequence = Sequence.of(story);
        MermaidText mermaid = new MermaidText();
        mermaid.line("accTitle: " + escaped(sequence.title()));
        mermaid.line("accDescr: " + escaped(sequence.about()));
        for (int cpu = 0; cpu < sequence.cpus(); cpu++) {
            mermaid.line("participant CPU" + cpu);
        }
        mermaid.note(0, List.of(sequence.title()));
        sequence.rows().forEach(mermaid::row);
        mermaid.note(0, List.of("Wrong: " + sequence.wrong(), "Remedy: " + sequence.remedy()));
        return mermaid.text.toString();
    }

    private void row(Row row) {
        switch (row) {
            case Act act ->
                    line(
                            "CPU%d->>CPU%d: %s"
                                    .formatted(
                                            act.cpu(),
                                            act.cpu(),
                                            lines(act.number() + ". " + act.text())));
            case Arrow arrow ->
                    line(
                            "CPU%d%sCPU%d: %s"
                                    .formatted(
                                            arrow.from(),
                                            switch (arrow.kind()) {
                                                case ASKED -> "-)";
                                                case SERVED -> "-->>";
                                                case ASSISTED -> "->>";
                                                case LOST -> "-x";
                                            },
                                            arrow.to(),
                                            lines(arrow.text())));
            case Note note -> note(note.cpu(), note.lines());
        }
    }

    private void note(int cpu, List<String> parts) {
        line(
                "note over CPU%d: %s"
                        .formatted(
                                cpu,
                                parts.stream()
                                        .map(MermaidText::lines)
                                        .collect(Collectors.joining("<br/>"))));
    }

    private void line(String line) {
        text.append("    ").append(line).append('\n');
    }

    /** Broken into lines, as Mermaid does not. */
    private static String lines(String text) {
        return Page.pieces(text, LINE).stream()
                .map(MermaidText::escaped)
                .collect(Collectors.joining("<br/>"));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> escape(c, escaped));
        return escaped.toString();
    }

    /** Whatever may mean something to Mermaid or to HTML is written as its number. */
    private static void escape(int c, StringBuilder text) {
        boolean plain = Character.isLetterOrDigit(c) || " .,:()[]=!|/+-_'".indexOf(c) >= 0;
        if (plain) {
            text.appendCodePoint(c);
        } else {
            text.append('#').append(c).append(';');
        }
    }
}
