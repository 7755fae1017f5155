package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Story;
import shootdown.report.RunReport.FileRun;
import shootdown.scenario.RunResult;
import shootdown.scenario.RunResult.Judged;
import shootdown.scenario.RunResult.Verdict;

/** What came out of scenarios, for people; the last line is for scripts as well. */
public final class RunText {
    private RunText() {}

    public static Page page(RunReport report) {
        Page page = new Page();
        report.files().forEach(file -> file(file, page));
        page.blank();
        page.line(report.failed() ? Tone.BAD : Tone.GOOD, lastLine(report));
        return page;
    }

    private static void file(FileRun file, Page page) {
        page.line(Tone.TITLE, file.file());
        page.wrapped("  ", file.title());
        for (RunResult result : file.results()) {
            result(result, page);
        }
        file.notAsked()
                .forEach(
                        policy ->
                                page.line(
                                        Tone.MUTED,
                                        "  %-20s unknown, not asked".formatted(policy)));
    }

    private static void result(RunResult result, Page page) {
        if (result.isNotRun()) {
            page.line(
                    Span.plain("  %-20s ".formatted(result.policy())),
                    new Span("%-9s".formatted("NOT RUN"), Tone.MUTED),
                    Span.plain(" " + result.problem()));
            return;
        }
        String word = result.failed() ? "FAILED" : result.isUndecided() ? "UNDECIDED" : "OK";
        Tone tone = result.failed() ? Tone.BAD : result.isUndecided() ? Tone.UNSURE : Tone.GOOD;
        page.line(
                Span.plain("  %-20s ".formatted(result.policy())),
                new Span("%-9s".formatted(word), tone),
                Span.plain(" " + figures(result)));
        if (!result.problem().isEmpty()) {
            page.wrapped("    ", result.problem());
        }
        @Nullable Story told = null;
        for (Judged judged : result.judged()) {
            if (judged.verdict() == Verdict.FAILS || judged.verdict() == Verdict.UNDECIDED) {
                String how = judged.verdict() == Verdict.FAILS ? "fails: " : "not decided: ";
                page.wrapped("    " + how, judged.text());
                told = told == null ? judged.witness() : told;
            }
        }
        if (told != null) {
            page.blank().line("    How it comes to the first of these:");
            StoryText.opening(told.opening(), page);
            page.blank();
            page.append(Steps.page(told.opening(), told.events()));
            page.wrapped("  ", told.wrong());
        }
    }

    private static String figures(RunResult result) {
        long seen = result.judged().stream().filter(j -> j.verdict() != Verdict.NOT_SEEN).count();
        String text = Numbers.count(seen, "expectation", "expectations");
        long rest = result.judged().size() - seen;
        text += rest == 0 ? "" : ", " + rest + " not seen";
        text += ", " + Numbers.count(result.ends(), "end", "ends");
        return result.states() == 0
                ? text
                : text + ", " + Numbers.count(result.states(), "state", "states");
    }

    private static String lastLine(RunReport report) {
        int files = report.files().size();
        int expectations = (int) report.expectations();
        if (report.failed()) {
            return "run: FAILED %d of %s, %d of %s"
                    .formatted(
                            report.failedFiles(),
                            Numbers.count(files, "scenario", "scenarios"),
                            report.failedExpectations(),
                            Numbers.count(expectations, "expectation", "expectations"));
        }
        String line =
                "run: %s %s, %s"
                        .formatted(
                                report.word(),
                                Numbers.count(files, "scenario", "scenarios"),
                                Numbers.count(expectations, "expectation", "expectations"));
        return report.notRun() == 0 ? line : line + ", " + report.notRun() + " not run";
    }
}
