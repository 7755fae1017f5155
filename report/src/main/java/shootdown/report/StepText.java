package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.DomainView;
import shootdown.checker.Picture.Pending;
import shootdown.checker.Picture.Table;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.checker.Story.Message;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A story one step a page: what was done, and the whole state after it, with a star before what the
 * step changed. The first page is the state before the first step; the last says what is wrong.
 */
public final class StepText {
    /** From here on the CPUs have room beside the tables. */
    private static final int SIDE_BY_SIDE = 110;

    private static final String SAME = "  ";
    private static final String CHANGED = "* ";
    private static final String STALE = " (stale)";

    private final Story story;
    private final Page page;

    private StepText(Story story, int columns) {
        this.story = story;
        this.page = new Page(columns);
    }

    /** How many pages there are. */
    public static int count(Story story) {
        return story.events().size() + 1;
    }

    /** The page after a step, or before the first for 0. */
    public static Page page(Story story, int step, int columns) {
        StepText text = new StepText(story, columns);
        text.title(step);
        if (step > 0) {
            text.event(story.events().get(step - 1));
        }
        if (step == story.events().size()) {
            text.page.wrapped(new Span("Wrong: ", Tone.BAD), story.wrong(), 7);
            text.page.wrapped(new Span("Remedy: ", Tone.GOOD), story.remedy(), 8);
        }
        Picture now = text.after(step);
        Picture before = step == 0 ? now : text.after(step - 1);
        text.page.blank();
        text.state(before, now);
        return text.page;
    }

    /** All pages, one below the other. */
    public static Page all(Story story, int columns) {
        Page all = new Page(columns);
        for (int step = 0; step < count(story); step++) {
            all.append(page(story, step, columns));
            if (step < count(story) - 1) {
                all.blank();
            }
        }
        return all;
    }

    private Picture after(int step) {
        return step == 0 ? story.opening() : story.events().get(step - 1).after();
    }

    private void title(int step) {
        String name = Names.of(story.policy());
        String title =
                "%s%s in %s: %s %s"
                        .formatted(
                                story.nearMiss() ? "A near miss of " : "",
                                name,
                                story.universe().name(),
                                story.property(),
                                story.property().title());
        Page.pieces(title, page.width()).forEach(line -> page.line(Tone.MUTED, line));
        page.line(
                Tone.TITLE,
                step == 0 ? "At first" : "Step %d of %d".formatted(step, story.events().size()));
    }

    private void event(Event event) {
        String act = "CPU%d %s: %s".formatted(event.cpu(), event.function(), event.text());
        Page.pieces(act, page.width()).forEach(line -> page.line(Tone.TITLE, line));
        event.changes().forEach(change -> page.wrapped(Span.plain("  "), change, 4));
        event.messages().forEach(message -> page.line("  " + passing(message)));
    }

    private static String passing(Message message) {
        String what =
                switch (message.kind()) {
                    case ASKED -> "the flush IPI is sent";
                    case SERVED -> "the flush IPI is served";
                    case ASSISTED -> "the hypervisor below flushes";
                    case LOST -> "the flush gets lost";
                };
        return "CPU%d -> CPU%d: %s, %s"
                .formatted(message.from(), message.to(), what, message.flags());
    }

    private void state(Picture before, Picture now) {
        boolean beside = page.width() >= SIDE_BY_SIDE;
        int half = page.width() / 2;
        Page tables = new Page(beside ? half : page.width());
        tables(before, now, tables);
        Page cpus = new Page(beside ? page.width() - half : page.width());
        cpus.line(Tone.TITLE, "CPUs");
        for (CpuView cpu : now.cpus()) {
            cpu(before.cpus().get(cpu.cpu()), cpu, cpus);
        }
        domains(before, now, cpus);
        page.append(beside ? tables.beside(cpus) : tables.blank().append(cpus));
    }

    private static void tables(Picture before, Picture now, Page page) {
        page.line(Tone.TITLE, "Tables");
        for (int i = 0; i < now.tables().size(); i++) {
            Table table = now.tables().get(i);
            item(!table.equals(before.tables().get(i)), table.text(), Tone.PLAIN, page);
        }
    }

    private static void cpu(CpuView was, CpuView is, Page page) {
        boolean moved = !was.where().equals(is.where()) || !was.rootText().equals(is.rootText());
        String text = "CPU%d %s, CR3 %s".formatted(is.cpu(), is.where(), is.rootText());
        item(moved, text, Tone.TITLE, page);
        if (!is.copyText().isEmpty()) {
            item(!was.copyText().equals(is.copyText()), "  " + News.copy(is), Tone.PLAIN, page);
        }
        String pending = pending(is.pending());
        if (!pending.isEmpty()) {
            item(!is.pending().equals(was.pending()), "  " + pending, Tone.UNSURE, page);
        }
        for (Cached cached : is.cached()) {
            String use = "  may use " + News.cached(cached, STALE);
            Tone tone = News.tone(cached) == Tone.BAD ? Tone.BAD : Tone.PLAIN;
            item(!was.cached().contains(cached), use, tone, page);
        }
    }

    /** What a CPU has still to do, or nothing. */
    private static String pending(Pending pending) {
        StringBuilder text = new StringBuilder();
        add(text, "flushes " + pending.local() + " here", pending.local());
        if (!pending.targets().isEmpty()) {
            String targets =
                    pending.targets().stream()
                            .map(cpu -> "CPU" + cpu)
                            .collect(Collectors.joining(", "));
            add(text, "waits for %s to flush %s".formatted(targets, pending.others()), targets);
        }
        add(text, "flushes %s at exit".formatted(pending.atExit()), pending.atExit());
        add(text, "will drop " + pending.parked(), pending.parked());
        add(text, "works on " + pending.holds(), pending.holds());
        return text.toString();
    }

    private static void add(StringBuilder text, String part, String condition) {
        if (!condition.isEmpty()) {
            text.append(text.isEmpty() ? "" : "; ").append(part);
        }
    }

    private static void domains(Picture before, Picture now, Page page) {
        List<DomainView> domains = now.domains();
        for (int i = 0; i < domains.size(); i++) {
            DomainView domain = domains.get(i);
            String cpus =
                    domain.dirty().stream()
                            .map(cpu -> "CPU" + cpu)
                            .collect(Collectors.joining(", "));
            String text =
                    "domain %d: dirty on %s"
                            .formatted(domain.domid(), cpus.isEmpty() ? "none" : cpus);
            item(!domain.equals(before.domains().get(i)), text, Tone.PLAIN, page);
        }
    }

    private static void item(boolean changed, String text, Tone tone, Page page) {
        String mark = changed ? CHANGED : SAME;
        for (String part : Page.pieces(text, page.width() - 6)) {
            page.line(new Span(mark, changed ? Tone.UNSURE : Tone.PLAIN), new Span(part, tone));
            mark = "      ";
        }
    }
}
