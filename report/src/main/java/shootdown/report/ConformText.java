package shootdown.report;

import shootdown.conformance.Campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Campaigns of random programs as text. */
public final class ConformText {
    /** Programs of a kind that are told in a line; others are counted. */
    private static final int TOLD = 10;

    private ConformText() {}

    /** The whole report; its last line is for scripts. */
    public static Page page(ConformReport report) {
        Page page = new Page();
        page.append(parts(report)).blank();
        page.append(coverage(report)).blank();
        for (ConformReport.Part part : report.parts()) {
            for (Campaign.Finding finding : part.report().findings()) {
                page.append(finding(part, finding)).blank();
            }
        }
        page.append(seen(report, "Suspected, and again when run alone", Campaign.Report::suspects));
        page.append(seen(report, "Seen once, and not when run again alone", Campaign.Report::once));
        return page.line(last(report).tone(), last(report).text());
    }

    private static Page parts(ConformReport report) {
        Grid grid = new Grid("lrrrrrrr");
        grid.header(
                List.of(
                        "campaign",
                        "programs",
                        "steps",
                        "differ",
                        "suspected",
                        "once",
                        "open",
                        "stale"));
        for (ConformReport.Part part : report.parts()) {
            Campaign.Report r = part.report();
            grid.row(
                    List.of(
                            Span.plain(part.name()),
                            number(r.programs()),
                            number(r.steps()),
                            new Span(
                                    Numbers.of(r.differing()),
                                    r.differing() == 0 ? Tone.GOOD : Tone.BAD),
                            number(r.suspects().size()),
                            number(r.once().size()),
                            number(r.openSteps()),
                            number(r.otherChoices())));
        }
        Page page = grid.page();
        page.line(Tone.MUTED, "open: steps for which the model allows several behaviours");
        page.line(Tone.MUTED, "stale: of these, steps in which real Xen did not walk afresh");
        if (report.suspected() > 0) {
            page.line(
                    Tone.MUTED,
                    "suspected: ended where a page state of real Xen may be a defect"
                            + " (docs/fidelity.md)");
        }
        if (report.notSeenAgain() > 0) {
            page.line(Tone.MUTED, "once: differed or suspected, but not when run again alone");
        }
        if (report.untried() > 0) {
            page.line(
                    Tone.UNSURE,
                    "not run again, because the time was over: %s of those that differ or are"
                                    .formatted(Numbers.of(report.untried()))
                            + " suspected");
        }
        return page;
    }

    private static Span number(long value) {
        return Span.plain(Numbers.of(value));
    }

    private static Page coverage(ConformReport report) {
        Page page = new Page();
        page.line(Tone.TITLE, "What programs met");
        for (Map.Entry<String, Map<String, Long>> row : report.coverage().counts().entrySet()) {
            List<String> ends = new ArrayList<>();
            row.getValue().forEach((end, count) -> ends.add(end + " " + Numbers.of(count)));
            page.wrapped(new Span(padded(row.getKey()), Tone.PLAIN), String.join(", ", ends), 32);
        }
        List<String> missing = report.coverage().missing();
        if (!missing.isEmpty()) {
            page.wrapped(
                    new Span(padded("never seen"), Tone.UNSURE), String.join("; ", missing), 32);
        }
        return page;
    }

    private static String padded(String text) {
        return "%-32s".formatted(text);
    }

    private static Page finding(ConformReport.Part part, Campaign.Finding finding) {
        Page page = new Page();
        page.line(
                Tone.BAD,
                "program %d of %s%s"
                        .formatted(
                                finding.number(),
                                part.name(),
                                finding.again() ? "" : " (not run again)"));
        page.wrapped("  ", finding.what());
        for (String line : finding.scenario().split("\n")) {
            page.line("  " + line);
        }
        return page;
    }

    /** Differences first; of what is only suspected less needs to be told. */
    private static Page seen(
            ConformReport report,
            String title,
            Function<Campaign.Report, List<Campaign.Seen>> which) {
        List<Page> lines = new ArrayList<>();
        for (boolean suspected : new boolean[] {false, true}) {
            for (ConformReport.Part part : report.parts()) {
                which.apply(part.report()).stream()
                        .filter(seen -> seen.suspected() == suspected)
                        .forEach(seen -> lines.add(seen(part, seen)));
            }
        }
        Page page = new Page();
        if (lines.isEmpty()) {
            return page;
        }
        page.line(Tone.TITLE, title);
        lines.stream().limit(TOLD).forEach(page::append);
        if (lines.size() > TOLD) {
            page.line(Tone.MUTED, "  and %d more".formatted(lines.size() - TOLD));
        }
        return page.blank();
    }

    private static Page seen(ConformReport.Part part, Campaign.Seen seen) {
        String differs = seen.suspected() ? "" : "differs, ";
        String text =
                "program %d of %s: %s%s"
                        .formatted(seen.number(), part.name(), differs, seen.what());
        return new Page().wrapped(Span.plain("  "), text, 4);
    }

    private static Span last(ConformReport report) {
        String text =
                "conform: %s %d programs, %d differences, %d suspected, %d not seen again"
                        .formatted(
                                report.outcome(),
                                report.programs(),
                                report.differing(),
                                report.suspected(),
                                report.notSeenAgain());
        double rate = report.programs() / Math.max(0.001, report.seconds());
        return new Span(text + ", seed %d, %.0f/s".formatted(report.seed(), rate), tone(report));
    }

    private static Tone tone(ConformReport report) {
        if (report.differs()) {
            return Tone.BAD;
        }
        return report.outcome() == ConformReport.Outcome.OK ? Tone.GOOD : Tone.UNSURE;
    }
}
