package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Exhibit;
import shootdown.checker.Exhibit.Shown;
import shootdown.checker.Outcome;
import shootdown.checker.Story;
import shootdown.engine.End;

import java.util.List;

/** The museum as text: all exhibits in a table, or one of them with its story. */
public final class MuseumText {
    private MuseumText() {}

    /** A row for each exhibit that was explored. */
    public static Page table(List<Shown> shown, int of) {
        Grid grid = new Grid("rlllrl");
        grid.header(List.of("", "exhibit", "in", "breaks", "states", "with the fix"));
        for (Shown one : shown) {
            Exhibit exhibit = one.exhibit();
            grid.row(
                    List.of(
                            Span.plain(String.valueOf(exhibit.row())),
                            Span.plain(exhibit.name()),
                            Span.plain(exhibit.before().universe().name()),
                            found(one),
                            Span.plain(Numbers.of(one.before().states())),
                            fixed(one.after())));
        }
        Page page = grid.page().blank();
        for (Shown one : shown) {
            page.wrapped("%3d  ".formatted(one.exhibit().row()), one.exhibit().title());
        }
        page.blank();
        page.line("shootdown museum NAME tells the story of one.");
        page.line(tone(shown, of), lastLine(shown, of));
        return page;
    }

    private static Span found(Shown one) {
        Exhibit exhibit = one.exhibit();
        if (one.before().broken().contains(exhibit.property())) {
            return new Span(exhibit.property().name(), Tone.BAD);
        }
        return one.before().end() == End.EXHAUSTED
                ? new Span("nothing", Tone.UNSURE)
                : new Span("undecided", Tone.UNSURE);
    }

    private static Span fixed(Cell after) {
        String states = ", " + Numbers.of(after.states()) + " states";
        return switch (after.outcome()) {
            case SAFE -> new Span("safe" + states, Tone.GOOD);
            case BROKEN -> new Span("breaks " + after.broken(), Tone.BAD);
            case INCONCLUSIVE -> new Span("undecided" + states, Tone.UNSURE);
        };
    }

    private static Tone tone(List<Shown> shown, int of) {
        boolean all = shown.size() == of;
        return all && count(shown, Outcome.SAFE) == of ? Tone.GOOD : Tone.BAD;
    }

    private static long count(List<Shown> shown, Outcome outcome) {
        return shown.stream().filter(one -> one.outcome() == outcome).count();
    }

    private static String lastLine(List<Shown> shown, int of) {
        long asTold = count(shown, Outcome.SAFE);
        long undecided = count(shown, Outcome.INCONCLUSIVE);
        String line =
                "museum: %d of %s found, and gone with the fix"
                        .formatted(asTold, Numbers.count(of, "exhibit", "exhibits"));
        line += undecided == 0 ? "" : ", " + undecided + " undecided";
        return shown.size() == of ? line : line + ", " + (of - shown.size()) + " not explored";
    }

    /**
     * One exhibit with its story.
     *
     * @param story how it breaks, or null if the search did not find it
     */
    public static Page page(Shown shown, @Nullable Story story) {
        Exhibit exhibit = shown.exhibit();
        Page page = new Page();
        page.line(Tone.TITLE, "%s: %s".formatted(exhibit.name(), exhibit.title()));
        page.wrapped("  mended by  ", exhibit.origin());
        page.wrapped("  defect     ", exhibit.bug());
        page.wrapped("  fix        ", exhibit.fix());
        if (!exhibit.model().isEmpty()) {
            page.wrapped("  in model   ", exhibit.model());
        }
        page.line(
                Span.plain("  with it    "),
                fixed(shown.after()),
                Span.plain(" in %s".formatted(exhibit.after().universe().name())));
        page.line(
                Span.plain("  without    "),
                found(shown),
                Span.plain(" of %s states".formatted(Numbers.of(shown.before().states()))));
        if (story != null) {
            page.blank().append(StoryText.page(story));
        }
        return page;
    }
}
