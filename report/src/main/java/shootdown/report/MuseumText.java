package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Exhibit;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Shown;
import shootdown.checker.Story;
import shootdown.checker.Waste;
import shootdown.engine.End;

import java.util.List;
import java.util.stream.Collectors;

/** The museum as text: all exhibits in a table, or one of them with its story. */
public final class MuseumText {
    private MuseumText() {}

    /** A row for each exhibit that was explored. */
    public static Page table(List<Shown> shown, int of) {
        Grid grid = new Grid("rlllrl");
        grid.header(List.of("", "exhibit", "in", "found", "states", "with the fix"));
        for (Shown one : shown) {
            Exhibit exhibit = one.exhibit();
            grid.row(
                    List.of(
                            Span.plain(String.valueOf(exhibit.row())),
                            Span.plain(exhibit.name()),
                            Span.plain(exhibit.before().universe().name()),
                            found(one),
                            Span.plain(Numbers.of(one.before().states())),
                            verdict(one.after())));
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
        return switch (one) {
            case Shown.Fault fault -> found(fault);
            case Shown.Overwork overwork -> found(overwork);
        };
    }

    private static Span found(Shown.Fault fault) {
        if (fault.isFound()) {
            return new Span("breaks " + fault.property(), Tone.BAD);
        }
        boolean explored = fault.before().end() == End.EXHAUSTED;
        return new Span(explored ? "breaks nothing" : "undecided", Tone.UNSURE);
    }

    private static Span found(Shown.Overwork overwork) {
        Waste waste = overwork.waste();
        if (waste.isNeedless()) {
            return new Span(Numbers.of(waste.done()) + " for nothing", Tone.BAD);
        }
        if (waste.mattered() > 0) {
            String mattered = Numbers.of(waste.mattered());
            return new Span(
                    "%s of %s mattered".formatted(mattered, Numbers.of(waste.done())), Tone.UNSURE);
        }
        return new Span(waste.isRefuted() ? "nothing" : "undecided", Tone.UNSURE);
    }

    /** Such as {@code breaks P1, 1,234 states}. */
    public static Span verdict(Cell cell) {
        String states = ", " + Numbers.of(cell.states()) + " states";
        return switch (cell.outcome()) {
            case SAFE -> new Span("safe" + states, Tone.GOOD);
            case BROKEN -> new Span("breaks " + names(cell) + states, Tone.BAD);
            case INCONCLUSIVE -> new Span("undecided" + states, Tone.UNSURE);
        };
    }

    private static String names(Cell cell) {
        return cell.broken().stream().map(Property::name).collect(Collectors.joining(", "));
    }

    private static Tone tone(List<Shown> shown, int of) {
        boolean all = shown.size() == of;
        return all && count(shown, Outcome.SAFE) == of ? Tone.GOOD : Tone.BAD;
    }

    private static long count(List<Shown> shown, Outcome outcome) {
        return shown.stream().filter(one -> one.outcome() == outcome).count();
    }

    /** How many were found. */
    public static String lastLine(List<Shown> shown, int of) {
        long asTold = count(shown, Outcome.SAFE);
        long undecided = count(shown, Outcome.INCONCLUSIVE);
        String line =
                "museum: %d of %s found, and gone with the fix"
                        .formatted(asTold, Numbers.count(of, "exhibit", "exhibits"));
        line += undecided == 0 ? "" : ", " + undecided + " undecided";
        return shown.size() == of ? line : line + ", " + (of - shown.size()) + " not explored";
    }

    /**
     * One exhibit with its story, or with what was counted.
     *
     * @param story how it breaks, or null if the search did not find that, or nothing is to break
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
                verdict(shown.after()),
                Span.plain(" in %s".formatted(exhibit.after().universe().name())));
        page.line(Span.plain("  without    "), verdict(shown.before()));
        if (shown instanceof Shown.Overwork overwork) {
            page.wrapped("  work       ", counted(overwork.waste()));
        }
        if (story != null) {
            page.blank().append(StoryText.page(story));
        }
        return page;
    }

    /** How much work was done, and how often it mattered. */
    public static String counted(Waste waste) {
        String end = waste.end() == End.EXHAUSTED ? "in all of %s states" : "in %s states, not all";
        return "%s %s, counted %s; %s kept a CPU from using anything stale"
                .formatted(
                        Numbers.of(waste.done()),
                        waste.work().title(),
                        end.formatted(Numbers.of(waste.states())),
                        waste.mattered() == 0 ? "none" : Numbers.of(waste.mattered()));
    }
}
