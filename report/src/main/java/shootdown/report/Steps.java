package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Story.Event;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbered steps in columns, one for each CPU; below each what changed, and only that. Where
 * columns would be too narrow to read, there is one for all, with the CPU's name before what
 * happens.
 */
final class Steps {
    private static final int NUMBER = 5;
    private static final int GAP = 2;
    private static final int NARROWEST = 22;
    private static final String STALE = "!";

    private final int cpus;
    private final boolean stacked;
    private final int width;
    private final Page page;
    private Picture before;

    private Steps(Picture opening, int columns) {
        this.cpus = Math.max(1, opening.cpus().size());
        int each = (columns - NUMBER - GAP * (cpus - 1)) / cpus;
        this.stacked = cpus > 1 && each < NARROWEST;
        this.width = stacked ? columns - NUMBER : each;
        this.page = new Page(columns);
        this.before = opening;
    }

    static Page page(Picture opening, List<Event> events) {
        return page(opening, events, Page.WIDTH);
    }

    static Page page(Picture opening, List<Event> events, int columns) {
        Steps steps = new Steps(opening, columns);
        if (steps.cpus > 1 && !steps.stacked) {
            steps.heading();
        }
        events.forEach(steps::step);
        if (StoryText.showsStale(events)) {
            String legend = "     ! stale: ";
            steps.page.blank();
            steps.page.wrapped(
                    new Span(legend, Tone.BAD),
                    "no legal walk of the tables gives it",
                    legend.length());
        }
        return steps.page;
    }

    private void heading() {
        List<List<Span>> columns = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            columns.add(List.of(new Span("CPU" + cpu, Tone.TITLE)));
        }
        print("", columns);
    }

    private void step(Event event) {
        String number = "%3d".formatted(event.number());
        print(number, stacked ? List.of(stack(event)) : columns(event));
        before = event.after();
    }

    private List<List<Span>> columns(Event event) {
        List<List<Span>> columns = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            List<Span> column = new ArrayList<>();
            if (cpu == event.cpu()) {
                add(column, "", event.function() + ": " + event.text(), Tone.TITLE);
                event.changes().forEach(change -> add(column, "  ", change, Tone.PLAIN));
            }
            news(cpu, event).forEach(news -> add(column, "  ", news.text(), news.tone()));
            columns.add(column);
        }
        return columns;
    }

    private List<Span> stack(Event event) {
        List<Span> column = new ArrayList<>();
        String step = "CPU%d %s: %s".formatted(event.cpu(), event.function(), event.text());
        add(column, "", step, Tone.TITLE);
        event.changes().forEach(change -> add(column, "  ", change, Tone.PLAIN));
        for (int cpu = 0; cpu < cpus; cpu++) {
            String who = "CPU" + cpu + " ";
            news(cpu, event).forEach(news -> add(column, "  ", who + news.text(), news.tone()));
        }
        return column;
    }

    private List<News> news(int cpu, Event event) {
        return News.of(before.cpus().get(cpu), event.after().cpus().get(cpu), STALE);
    }

    private void add(List<Span> column, String margin, String text, Tone tone) {
        String indent = margin;
        for (String part : Page.wrap(text, width - margin.length() - 2)) {
            column.add(new Span(indent + part, tone));
            indent = margin + "  ";
        }
    }

    private void print(String number, List<List<Span>> columns) {
        int height = columns.stream().mapToInt(List::size).max().orElse(0);
        for (int row = 0; row < height; row++) {
            List<Span> line = new ArrayList<>();
            StringBuilder space = new StringBuilder();
            space.append("%-5s".formatted(row == 0 ? number : ""));
            for (List<Span> column : columns) {
                int used = 0;
                if (row < column.size()) {
                    line.add(Span.plain(space.toString()));
                    line.add(column.get(row));
                    used = column.get(row).text().length();
                    space.setLength(0);
                }
                space.append(" ".repeat(Math.max(0, width - used) + GAP));
            }
            page.line(line);
        }
    }
}
