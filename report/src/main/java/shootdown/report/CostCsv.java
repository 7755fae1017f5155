package shootdown.report;

import shootdown.report.CostReport.Row;
import shootdown.workload.cost.Range;
import shootdown.workload.replay.Flushes;
import shootdown.workload.replay.Replayed;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What policies cost as CSV (RFC 4180): a line for each recording and policy. */
public final class CostCsv {
    private static final List<String> HEADER =
            List.of(
                    "recording",
                    "what_if",
                    "machine",
                    "policy",
                    "ideal",
                    "verdict",
                    "invocations",
                    "calls",
                    "local",
                    "requests",
                    "targets",
                    "full",
                    "partial",
                    "root_requests",
                    "root_copies",
                    "lost_used",
                    "lost_most",
                    "all_flushes",
                    "cycles_low",
                    "cycles",
                    "cycles_high",
                    "of_reference");

    private CostCsv() {}

    public static String text(CostReport report) {
        StringBuilder text = new StringBuilder();
        line(text, HEADER);
        for (Replayed replay : report.replays()) {
            report.rows(replay).forEach(row -> line(text, fields(report, replay, row)));
        }
        return text.toString();
    }

    private static List<String> fields(CostReport report, Replayed replay, Row row) {
        Flushes flushes = row.tally().policy();
        Range total = row.estimate().total();
        return List.of(
                name(replay.recording().title()),
                String.join("+", CostReport.whatIf(replay)).toLowerCase(Locale.ROOT),
                name(report.machine().name()),
                name(row.policy().name()),
                Boolean.toString(Names.isIdeal(row.policy())),
                report.check() == null ? "" : report.verdict(row.policy()).text(),
                Long.toString(row.tally().invocations()),
                Long.toString(flushes.asked()),
                Long.toString(flushes.local()),
                Long.toString(flushes.requests()),
                Long.toString(flushes.targets()),
                Long.toString(row.work().fullFlushes()),
                Long.toString(row.work().partialFlushes()),
                Long.toString(row.tally().rootRequests()),
                Long.toString(row.work().rootCopies()),
                Long.toString(row.work().lostUsed()),
                Long.toString(row.work().lostMost()),
                Long.toString(row.flushes()),
                cycles(total.low()),
                cycles(total.typical()),
                cycles(total.high()),
                Double.isNaN(row.ofReference())
                        ? ""
                        : String.format(Locale.ROOT, "%.6f", row.ofReference()));
    }

    private static String cycles(double cycles) {
        return String.format(Locale.ROOT, "%.0f", cycles);
    }

    /** A name of the user's: what a spreadsheet would run as a formula is made text. */
    private static String name(String name) {
        boolean formula = !name.isEmpty() && "=+-@\t\r".indexOf(name.charAt(0)) >= 0;
        return formula ? "'" + name : name;
    }

    private static void line(StringBuilder text, List<String> fields) {
        text.append(fields.stream().map(CostCsv::quoted).collect(Collectors.joining(",")));
        text.append("\r\n");
    }

    private static String quoted(String field) {
        boolean plain =
                field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
