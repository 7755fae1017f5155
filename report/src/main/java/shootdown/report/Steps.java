package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Story.Event;

import java.util.ArrayList;
import java.util.List;

/** Numbered steps in columns, one for each CPU; below each what changed, and only that. */
final class Steps {
    private static final int NUMBER = 5;
    private static final int GAP = 2;

    private final int cpus;
    private final int width;
    private final Page page = new Page();
    private Picture before;

    private Steps(Picture opening) {
        this.cpus = Math.max(1, opening.cpus().size());
        this.width = (Page.WIDTH - NUMBER - GAP * (cpus - 1)) / cpus;
        this.before = opening;
    }

    static Page page(Picture opening, List<Event> events) {
        Steps steps = new Steps(opening);
        if (steps.cpus > 1) {
            steps.heading();
        }
        events.forEach(steps::step);
        if (StoryText.showsStale(events)) {
            steps.page
                    .blank()
                    .line(Tone.MUTED, "     ! stale: no legal walk of the tables gives it");
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
        List<List<Span>> columns = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            List<Span> column = new ArrayList<>();
            if (cpu == event.cpu()) {
                add(column, "", event.function() + ": " + event.text(), Tone.TITLE);
                event.changes().forEach(change -> add(column, "  ", change, Tone.PLAIN));
            }
            changed(cpu, event.after(), column);
            columns.add(column);
        }
        print("%3d".formatted(event.number()), columns);
        before = event.after();
    }

    /** What a CPU may use, and its root, where they are not what they were. */
    private void changed(int cpu, Picture after, List<Span> column) {
        CpuView was = before.cpus().get(cpu);
        CpuView is = after.cpus().get(cpu);
        if (!was.rootText().equals(is.rootText())) {
            add(column, "  ", "CR3 " + is.rootText(), Tone.PLAIN);
        }
        if (!was.copyText().equals(is.copyText())) {
            add(column, "  ", StoryText.copy(is), Tone.PLAIN);
        }
        for (Cached cached : is.cached()) {
            if (!was.cached().contains(cached)) {
                boolean stale = cached.members().stream().anyMatch(member -> member.stale());
                String text = "may use " + StoryText.cached(cached);
                add(column, "  ", text, stale ? Tone.BAD : Tone.MUTED);
            }
        }
        for (Cached cached : was.cached()) {
            if (is.cached().stream().noneMatch(c -> c.what().equals(cached.what()))) {
                add(column, "  ", "no longer has " + cached.what(), Tone.MUTED);
            }
        }
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
