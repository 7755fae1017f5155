package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.Member;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;

import java.util.List;

/** A story as text: the tables at first, numbered steps in a column for each CPU, and the moral. */
public final class StoryText {
    private StoryText() {}

    public static Page page(Story story) {
        return page(story, Page.WIDTH);
    }

    /** The same in so many columns. */
    public static Page page(Story story, int columns) {
        Page page = new Page(columns);
        title(story, page);
        steps(story, page);
        page.wrapped(new Span("Wrong: ", Tone.BAD), story.wrong(), 7);
        page.wrapped(new Span("Remedy: ", Tone.GOOD), story.remedy(), 8);
        return page;
    }

    /** A story about something else than a property. */
    static Page page(String what, Story story) {
        Page page = new Page();
        String steps = Numbers.count(story.events().size(), "step", "steps");
        page.wrapped(
                new Span(
                        "%s in %s, %s: "
                                .formatted(
                                        Names.of(story.policy()), story.universe().name(), steps),
                        Tone.TITLE),
                what,
                2);
        page.wrapped("  policy    ", story.policy().rule());
        page.wrapped("  universe  ", story.universe().title());
        steps(story, page);
        page.wrapped(new Span("So: ", Tone.BAD), story.wrong(), 4);
        return page;
    }

    private static void steps(Story story, Page page) {
        opening(story.opening(), page);
        page.blank();
        page.append(Steps.page(story.opening(), story.events(), page.width()));
        page.blank();
    }

    private static void title(Story story, Page page) {
        String steps = Numbers.count(story.events().size(), "step", "steps");
        String name = Names.of(story.policy());
        String property = story.property() + " " + story.property().title();
        String title =
                story.nearMiss()
                        ? "A near miss of %s in %s: %s, %s"
                                .formatted(name, story.universe().name(), property, steps)
                        : "%s in %s breaks %s in %s"
                                .formatted(name, story.universe().name(), property, steps);
        Page.wrap(title, page.width()).forEach(line -> page.line(Tone.TITLE, line));
        page.wrapped("  policy    ", story.policy().rule());
        page.wrapped("  universe  ", story.universe().title());
        page.wrapped("  property  ", story.property().says());
        if (story.nearMiss()) {
            page.wrapped(
                    "  ",
                    "The policy holds. This is what would happen if one of its flushes got lost.");
        }
    }

    static void opening(Picture opening, Page page) {
        page.blank().line(Tone.TITLE, "At first");
        opening.tables().forEach(table -> page.wrapped(Span.plain("  "), table.text(), 4));
        for (CpuView cpu : opening.cpus()) {
            page.wrapped(
                    "  CPU%d  ".formatted(cpu.cpu()),
                    "%s, CR3 %s%s"
                            .formatted(
                                    cpu.where(),
                                    cpu.rootText(),
                                    cpu.copyText().isEmpty() ? "" : "; " + News.copy(cpu)));
            for (Cached cached : cpu.cached()) {
                page.wrapped("        may use ", News.cached(cached, "!"));
            }
        }
    }

    /** Whether any step, or the opening, shows a stale member. */
    static boolean showsStale(List<Event> events) {
        return events.stream()
                .flatMap(event -> event.after().cpus().stream())
                .flatMap(cpu -> cpu.cached().stream())
                .flatMap(cached -> cached.members().stream())
                .anyMatch(Member::stale);
    }
}
