package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Difference;
import shootdown.checker.Story;
import shootdown.policy.CatalogueEntry;

/** The first difference between two policies as text, and whether it matters. */
public final class DifferenceText {
    private DifferenceText() {}

    /**
     * Tells the difference, if there is one.
     *
     * @param looked how many universes were looked at
     * @param alike in how many of them the two decide alike
     * @param xen what was found on machines that are Xen's
     * @param found the difference to tell, or null if they decide alike everywhere
     */
    public static Page page(
            CatalogueEntry one,
            CatalogueEntry other,
            int looked,
            int alike,
            OnXen xen,
            @Nullable Difference found) {
        if (found != null) {
            return page(found, xen);
        }
        return new Page()
                .line(
                        "%s and %s decide alike in %s."
                                .formatted(
                                        Names.of(one),
                                        Names.of(other),
                                        alike == looked
                                                ? Numbers.count(looked, "universe", "universes")
                                                : "all that was explored"));
    }

    private static Page page(Difference difference, OnXen xen) {
        Page page = new Page();
        if (xen.looked() > 0) {
            page.line(xen.says()).blank();
        }
        return page.append(page(difference));
    }

    /** Tells one difference. */
    static Page page(Difference difference) {
        Cell first = difference.firstCell();
        Cell second = difference.secondCell();
        Page page = new Page();
        page.line(
                Tone.TITLE,
                "%s and %s first differ in %s after %s"
                        .formatted(
                                Names.of(first.policy()),
                                Names.of(second.policy()),
                                first.universe().name(),
                                Numbers.count(difference.events().size(), "step", "steps")));
        StoryText.opening(difference.opening(), page);
        page.blank().append(Steps.page(difference.opening(), difference.events()));
        page.blank().line(Tone.TITLE, "There");
        page.wrapped("  %s: ".formatted(Names.of(first.policy())), difference.first());
        page.wrapped("  %s: ".formatted(Names.of(second.policy())), difference.second());
        page.blank();
        matters(difference, page);
        Story consequence = difference.consequence();
        if (consequence != null) {
            page.blank().append(StoryText.page(consequence));
        }
        return page;
    }

    private static void matters(Difference difference, Page page) {
        Cell first = difference.firstCell();
        Cell second = difference.secondCell();
        if (first.universe().machine().isHypothetical()) {
            page.line("The machine of this universe is not Xen's.");
        }
        page.line(
                difference.matters()
                        ? new Span("It matters here: ", Tone.BAD)
                        : new Span("It does not matter here: ", Tone.GOOD),
                Span.plain(
                        "%s is %s, %s is %s."
                                .formatted(
                                        Names.of(first.policy()),
                                        Verdicts.word(first),
                                        Names.of(second.policy()),
                                        Verdicts.word(second))));
    }
}
