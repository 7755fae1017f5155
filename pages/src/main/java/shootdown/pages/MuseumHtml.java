package shootdown.pages;

import shootdown.checker.Cell;
import shootdown.checker.Exhibit;
import shootdown.checker.Shown;
import shootdown.report.MuseumText;
import shootdown.report.Names;
import shootdown.report.Span;
import shootdown.report.Template;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The museum as a page: a card for each exhibit, with a link to its story. */
public final class MuseumHtml {
    private static final Template PAGE = new Template(MuseumHtml.class, "museum.html");

    private MuseumHtml() {}

    /**
     * The page.
     *
     * @param of how many exhibits there are
     * @param links the stories that were written
     */
    public static String text(List<Shown> shown, int of, StoryLinks links, String version) {
        Map<String, Object> page = Index.values();
        page.put("conclusion", MuseumText.lastLine(shown, of));
        page.put("exhibits", shown.stream().map(one -> exhibit(one, links)).toList());
        page.put("interrupted", shown.size() < of);
        page.put("version", version);
        return PAGE.page(page);
    }

    private static Map<String, Object> exhibit(Shown shown, StoryLinks links) {
        Exhibit exhibit = shown.exhibit();
        Map<String, Object> card = new HashMap<>();
        card.put("row", exhibit.row());
        card.put("name", exhibit.name());
        card.put("title", exhibit.title());
        card.put("origin", exhibit.origin());
        card.put("bug", exhibit.bug());
        card.put("fix", exhibit.fix());
        card.put("model", exhibit.model());
        card.put("universe", exhibit.before().universe().name());
        card.put("policies", policies(exhibit));
        card.put("before", verdict(shown.before()));
        card.put("after", verdict(shown.after()));
        card.put("property", "");
        card.put("work", "");
        card.put("story", false);
        switch (shown) {
            case Shown.Fault fault -> {
                card.put("property", fault.property() + " " + fault.property().title());
                StoryLinks.Link link = links.to(fault.before(), fault.property());
                if (link != null) {
                    card.put("story", Map.of("href", link.href(), "steps", link.steps()));
                }
            }
            case Shown.Overwork overwork -> card.put("work", MuseumText.counted(overwork.waste()));
        }
        return card;
    }

    private static String policies(Exhibit exhibit) {
        String before = Names.of(exhibit.before().policy());
        String after = Names.of(exhibit.after().policy());
        return before.equals(after) ? before : before + ", mended " + after;
    }

    private static Map<String, Object> verdict(Cell cell) {
        Span verdict = MuseumText.verdict(cell);
        return Map.of(
                "text", verdict.text(), "tone", verdict.tone().name().toLowerCase(Locale.ROOT));
    }
}
