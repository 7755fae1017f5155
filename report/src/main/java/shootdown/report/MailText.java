package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Picture;
import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The answer to "explain" for pasting into a mail: 72 columns of plain ASCII at most, whatever
 * policies and universes are called. A word that is too long for its line is cut.
 */
public final class MailText {
    /** What mailing lists ask for. */
    public static final int WIDTH = 72;

    private static final int LABEL = 10;
    private static final String STALE = " (stale)";
    private static final String COMMAND = "    $ ";

    private final Page page = new Page(WIDTH);

    private MailText() {}

    /** The story, what is known without it, and what makes it again. */
    public static Page page(Explained explained, Repeat repeat) {
        MailText mail = new MailText();
        @Nullable Story story = explained.story();
        if (explained.isMoreThanAStory()) {
            mail.paragraph("", words(ExplainText.verdict(explained, WIDTH)));
            mail.page.blank();
        }
        if (story == null) {
            mail.paragraph("", ExplainText.silence(explained.cells()));
            mail.page.blank();
        } else {
            mail.story(story);
        }
        mail.repeat(repeat);
        return mail.page;
    }

    /**
     * What makes the mail again.
     *
     * @param version of the product
     * @param words the command
     */
    public record Repeat(String version, List<String> words) {
        public Repeat {
            words = List.copyOf(words);
        }
    }

    /** All that a page says, in one line. */
    private static String words(Page page) {
        return Arrays.stream(page.text().split("\\s+")).collect(Collectors.joining(" "));
    }

    private void story(Story story) {
        header(story);
        page.blank();
        opening(story.opening());
        page.blank();
        line("The steps:");
        Picture before = story.opening();
        for (Event event : story.events()) {
            page.blank();
            step(event, before);
            before = event.after();
        }
        page.blank();
        if (StoryText.showsStale(story.events())) {
            paragraph("  ", "(stale: no legal walk of the tables gives it)");
            page.blank();
        }
        paragraph("Wrong: ", story.wrong());
        page.blank();
        paragraph("Remedy: ", story.remedy());
        page.blank();
    }

    private void header(Story story) {
        String what = "%s %s".formatted(story.property(), story.property().title());
        String policy = Names.of(story.policy());
        String steps = Numbers.count(story.events().size(), "step", "steps");
        line(
                story.nearMiss()
                        ? "A near miss of %s: %s".formatted(policy, what)
                        : "%s breaks %s".formatted(policy, what));
        line("in %s, %s".formatted(story.universe().name(), steps));
        page.blank();
        labelled("Policy", story.policy().rule());
        labelled("Universe", story.universe().title());
        labelled("Machine", ListText.machine(story.universe().machine()));
        labelled("Property", story.property().says());
        if (story.nearMiss()) {
            page.blank();
            paragraph(
                    "",
                    "The policy holds. This is what would happen if one of its flushes got lost.");
        }
    }

    private void opening(Picture opening) {
        line("At first:");
        page.blank();
        opening.tables().forEach(table -> hanging("    ", 4, table.text()));
        for (CpuView cpu : opening.cpus()) {
            String copy = cpu.copyText().isEmpty() ? "" : "; " + News.copy(cpu);
            hanging(
                    "    ",
                    4,
                    "CPU%d: %s, CR3 %s%s".formatted(cpu.cpu(), cpu.where(), cpu.rootText(), copy));
            for (Cached cached : cpu.cached()) {
                hanging("      ", 4, "may use " + News.cached(cached, STALE));
            }
        }
    }

    private void step(Event event, Picture before) {
        String who = "CPU" + event.cpu();
        hanging(
                "%3d. ".formatted(event.number()),
                2,
                "%s %s: %s".formatted(who, event.function(), event.text()));
        event.changes().forEach(change -> hanging("       ", 2, change));
        for (CpuView cpu : event.after().cpus()) {
            for (News news : News.of(before.cpus().get(cpu.cpu()), cpu, STALE)) {
                hanging("       ", 2, "CPU%d: %s".formatted(cpu.cpu(), news.text()));
            }
        }
    }

    private void repeat(Repeat repeat) {
        line("To see it again, with shootdown %s:".formatted(repeat.version()));
        page.blank();
        List<String> words = repeat.words().stream().map(MailText::word).toList();
        command(words);
        if (!words.equals(repeat.words())) {
            page.blank();
            paragraph("", "Words in capitals stand for names that a mail cannot carry.");
        }
    }

    /** The words, with a backslash at the end of each line but the last. */
    private void command(List<String> words) {
        StringBuilder line = new StringBuilder(COMMAND);
        String space = "";
        for (String word : words) {
            if (line.length() + space.length() + word.length() + 2 > WIDTH) {
                page.line(line + " \\");
                line.setLength(0);
                line.append(" ".repeat(COMMAND.length() + 4));
                space = "";
            }
            line.append(space).append(word);
            space = " ";
        }
        page.line(line.toString());
    }

    /** What a shell takes as it is, or what stands for it. */
    private static String word(String word) {
        if (word.matches("[A-Za-z0-9_./~:=+,-]{1,50}")) {
            return word;
        }
        return word.endsWith(".java")
                ? "POLICY.java"
                : word.endsWith(".scn") ? "UNIVERSE.scn" : "NAME";
    }

    private void labelled(String label, String text) {
        String first = "%-10s".formatted(label + ":");
        write(first, LABEL, text);
    }

    private void paragraph(String first, String text) {
        write(first, 0, text);
    }

    /** The lines after the first are indented by so much more. */
    private void hanging(String first, int more, String text) {
        write(first, first.length() + more, text);
    }

    private void line(String text) {
        write("", 2, text);
    }

    private void write(String first, int indent, String text) {
        int room = WIDTH - Math.max(first.length(), indent);
        List<String> words = new ArrayList<>();
        Arrays.stream(Ascii.of(text).split(" "))
                .map(word -> Ascii.cut(word, room))
                .forEach(words::add);
        page.wrapped(Span.plain(first), String.join(" ", words), indent);
    }
}
