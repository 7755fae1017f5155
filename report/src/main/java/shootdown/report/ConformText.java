package shootdown.report;

import shootdown.conformance.Campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Campaigns of random programs as text. */
public final class ConformText {
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
        return page.line(last(report).tone(), last(report).text());
    }

    private static Page parts(ConformReport report) {
        Grid grid = new Grid("lrrrrrr");
        grid.header(
                List.of("campaign", "programs", "steps", "differ", "suspected", "open", "stale"));
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
                            number(r.suspected()),
                            number(r.openSteps()),
                            number(r.otherChoices())));
        }
        Page page = grid.page();
        page.line(
                Tone.MUTED,
                "open: steps for which the model allows several behaviours; stale: of these, real"
                        + " Xen took another than a fresh walk");
        if (report.suspected() > 0) {
            page.line(
                    Tone.MUTED,
                    "suspected: ended where a page state of real Xen may be a defect"
                            + " (docs/fidelity.md)");
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
                                finding.again() ? "" : " (not seen again)"));
        page.wrapped("  ", finding.what());
        for (String line : finding.scenario().split("\n")) {
            page.line("  " + line);
        }
        return page;
    }

    private static Span last(ConformReport report) {
        boolean bad = report.differing() > 0 || report.suspectsTooMuch();
        String rate = "%.0f/s".formatted(report.programs() / Math.max(0.001, report.seconds()));
        String text =
                "conform: %s %s programs, %s steps, %s differences, seed %d, %s"
                        .formatted(
                                bad ? "FAILED" : report.interrupted() ? "INTERRUPTED" : "OK",
                                plain(report.programs()),
                                plain(report.steps()),
                                plain(report.differing()),
                                report.seed(),
                                rate);
        return new Span(text, bad ? Tone.BAD : Tone.GOOD);
    }

    private static String plain(long number) {
        return String.format(Locale.ROOT, "%d", number);
    }
}
