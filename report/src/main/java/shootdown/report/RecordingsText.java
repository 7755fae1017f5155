package shootdown.report;

import shootdown.capture.raw.ImportReport;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceSummary;
import shootdown.workload.trace.TraceSummary.Transition;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Recordings that were captured or imported, for people. */
public final class RecordingsText {
    private RecordingsText() {}

    /** What was counted in each. */
    public static String text(List<Recording> recordings) {
        return recordings.stream().map(RecordingsText::recording).collect(Collectors.joining("\n"));
    }

    private static String recording(Recording recording) {
        ImportReport report = recording.report();
        boolean withXen = recording.withXen();
        StringBuilder text = new StringBuilder();
        text.append(recording.file())
                .append(": ")
                .append(Numbers.of(report.events()))
                .append(" events");
        if (withXen) {
            text.append(", ").append(Numbers.of(report.trappedWrites()));
            text.append(" of them trapped writes");
        }
        text.append("\n\n").append(row("", "Linux", "", "Xen", ""));
        text.append(row("", "calls", "requests", "calls", "requests"));
        for (Hypercall call : Hypercall.values()) {
            text.append(
                    row(
                            call.name().toLowerCase(Locale.ROOT),
                            Numbers.of(report.linux().calls(call)),
                            Numbers.of(report.linux().requests(call)),
                            withXen ? Numbers.of(report.xen().calls(call)) : "-",
                            withXen ? Numbers.of(report.xen().requests(call)) : "-"));
        }
        return text.append(summary(recording.summary())).append(notes(report)).toString();
    }

    /** How far a policy that looks at old entries could matter to this workload. */
    private static String summary(TraceSummary summary) {
        return "\n"
                + counts(
                        "entries of L1 to L4",
                        "%s, %s, %s, %s",
                        summary.entries(1),
                        summary.entries(2),
                        summary.entries(3),
                        summary.entries(4))
                + counts(
                        "of those of L2 to L4",
                        "%s 0->present, %s present->0, %s present->present",
                        summary.upper(Transition.LINK),
                        summary.upper(Transition.UNLINK),
                        summary.upper(Transition.CHANGE))
                + counts("flushes that Linux asks for", "%s", summary.guestFlushes());
    }

    private static String counts(String what, String format, long... counts) {
        Object[] numbers = LongStream.of(counts).mapToObj(Numbers::of).toArray();
        return "  %-29s".formatted(what) + format.formatted(numbers) + "\n";
    }

    private static String row(String call, String... numbers) {
        StringBuilder row = new StringBuilder("  %-18s".formatted(call));
        for (String number : numbers) {
            row.append(" %10s".formatted(number));
        }
        return row.toString().stripTrailing() + "\n";
    }

    /** Whatever keeps the recording from being complete, a line each. */
    private static String notes(ImportReport report) {
        StringBuilder notes = new StringBuilder();
        note(
                notes,
                report.lostByLinux(),
                "events lost by Linux's recorder: make its buffer larger");
        note(
                notes,
                report.lostByXen(),
                "records lost by Xen: make its buffer larger (xentrace -S)");
        note(notes, report.withoutProbe(), "entries without their kprobe: old values not known");
        note(notes, report.leftOut(), "entries left out, because the kprobe of them is missing");
        note(notes, report.unknownRequests(), "requests that Linux's trace does not explain");
        note(notes, report.notIssued(), "requests that Linux prepared, and were seen in no call");
        note(notes, report.outOfStep(), "times at which Linux issued other calls than were seen");
        note(notes, report.unknown(), "lines that trace-cmd could not explain itself");
        note(notes, report.wentBack(), "events later in the file than others of a later time");
        note(notes, report.skipped(), "lines or records skipped; first: " + report.firstSkipped());
        return notes.isEmpty() ? "" : "\n" + notes;
    }

    private static void note(StringBuilder notes, long count, String what) {
        if (count > 0) {
            notes.append("  ").append(Numbers.of(count)).append(' ').append(what).append('\n');
        }
    }
}
