package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.checker.Story.Message;
import shootdown.checker.Story.Passing;

import java.util.ArrayList;
import java.util.List;

/**
 * A story as what a sequence diagram consists of, from top to bottom, whoever draws it. CPUs are
 * its lanes. Its texts are printable, and none is longer than a reader bears.
 *
 * @param title what breaks where, in one line
 * @param about what the policy and the universe are
 * @param cpus how many lanes there are
 * @param rows what is drawn, from top to bottom
 * @param wrong what is wrong at the end
 * @param remedy which flush would have prevented it
 */
record Sequence(String title, String about, int cpus, List<Row> rows, String wrong, String remedy) {
    private static final int LONGEST = 200;
    private static final String STALE = " (stale)";

    Sequence {
        rows = List.copyOf(rows);
    }

    /** One thing in a diagram. */
    sealed interface Row {}

    /** A step of a CPU. */
    record Act(int number, int cpu, String text) implements Row {}

    /** What passes from one CPU to another. */
    record Arrow(int from, int to, String text, Passing kind) implements Row {}

    /** What changed, or what a CPU may use now. */
    record Note(int cpu, List<String> lines, boolean stale) implements Row {
        Note {
            lines = List.copyOf(lines);
        }
    }

    static Sequence of(Story story) {
        List<Row> rows = new ArrayList<>();
        for (CpuView cpu : story.opening().cpus()) {
            List<String> lines = new ArrayList<>(List.of("CR3 " + cpu.rootText()));
            cpu.cached().forEach(c -> lines.add("may use " + News.cached(c, STALE)));
            note(cpu.cpu(), lines, false, rows);
        }
        Picture before = story.opening();
        for (Event event : story.events()) {
            step(event, before, rows);
            before = event.after();
        }
        int cpus = Math.max(1, story.opening().cpus().size());
        return new Sequence(
                readable(title(story)),
                readable(
                        "Policy: %s. Universe: %s."
                                .formatted(story.policy().rule(), story.universe().title())),
                cpus,
                rows,
                readable(story.wrong()),
                readable(story.remedy()));
    }

    private static String title(Story story) {
        return "%s %s %s %s, in %s"
                .formatted(
                        Names.of(story.policy()),
                        story.nearMiss() ? "nearly breaks" : "breaks",
                        story.property(),
                        story.property().title(),
                        story.universe().name());
    }

    private static void step(Event event, Picture before, List<Row> rows) {
        String text = event.function() + ": " + event.text();
        rows.add(new Act(event.number(), event.cpu(), readable(text)));
        note(event.cpu(), event.changes(), false, rows);
        event.messages().forEach(message -> rows.add(arrow(message)));
        for (CpuView cpu : event.after().cpus()) {
            List<News> news = News.of(before.cpus().get(cpu.cpu()), cpu, STALE);
            boolean stale = news.stream().anyMatch(n -> n.tone() == Tone.BAD);
            note(cpu.cpu(), news.stream().map(News::text).toList(), stale, rows);
        }
    }

    private static void note(int cpu, List<String> lines, boolean stale, List<Row> rows) {
        if (!lines.isEmpty()) {
            rows.add(new Note(cpu, lines.stream().map(Sequence::readable).toList(), stale));
        }
    }

    /** What is served is answered: the arrow goes back to the CPU that waits. */
    private static Arrow arrow(Message message) {
        int from = message.from();
        int to = message.to();
        Passing kind = message.kind();
        String flags = readable(message.flags());
        return switch (kind) {
            case ASKED -> new Arrow(from, to, "flush IPI: " + flags, kind);
            case SERVED -> new Arrow(to, from, "served: " + flags, kind);
            case ASSISTED -> new Arrow(from, to, "flushed from below: " + flags, kind);
            case LOST -> new Arrow(from, to, "lost: " + flags, kind);
        };
    }

    private static String readable(String text) {
        return Names.printable(Ascii.cut(text, LONGEST));
    }
}
