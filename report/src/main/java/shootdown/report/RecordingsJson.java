package shootdown.report;

import shootdown.capture.raw.ImportReport;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceSummary;
import shootdown.workload.trace.TraceSummary.Transition;

import java.util.List;
import java.util.Locale;

/** Recordings that were captured or imported as JSON, described in {@code docs/json.md}. */
public final class RecordingsJson {
    public static final String SCHEMA = "shootdown/recordings/1";

    private static final List<Integer> LEVELS = List.of(1, 2, 3, 4);

    private RecordingsJson() {}

    public static String text(List<Recording> recordings) {
        return Json.document(
                SCHEMA, json -> json.array("recordings", recordings, RecordingsJson::recording));
    }

    private static void recording(Json json, Recording recording) {
        ImportReport report = recording.report();
        json.field("name", recording.name());
        json.field("file", recording.file().toString());
        if (recording.code().isPresent()) {
            json.field("code", recording.code().getAsInt());
        } else {
            json.nothing("code");
        }
        json.field("events", report.events());
        json.field("trappedWrites", report.trappedWrites());
        json.field("pageFaults", report.pageFaults());
        json.array("calls", List.of(Hypercall.values()), (one, call) -> call(one, recording, call));
        json.array("levels", LEVELS, (one, level) -> level(one, recording.summary(), level));
        json.field("guestFlushes", recording.summary().guestFlushes());
        json.field("lostByLinux", report.lostByLinux());
        json.field("lostByXen", report.lostByXen());
        json.field("withoutProbe", report.withoutProbe());
        json.field("leftOut", report.leftOut());
        json.field("unknownRequests", report.unknownRequests());
        json.field("notIssued", report.notIssued());
        json.field("outOfStep", report.outOfStep());
        json.field("unknownLines", report.unknown());
        json.field("wentBack", report.wentBack());
        json.field("skipped", report.skipped());
        json.field("firstSkipped", report.firstSkipped());
    }

    private static void level(Json json, TraceSummary summary, int level) {
        json.field("level", level);
        json.field("entries", summary.entries(level));
        for (Transition transition : Transition.values()) {
            json.field(
                    transition.name().toLowerCase(Locale.ROOT),
                    summary.transitions(level, transition));
        }
    }

    private static void call(Json json, Recording recording, Hypercall call) {
        json.field("call", call.name().toLowerCase(Locale.ROOT));
        json.object("linux", side -> counts(side, recording.report().linux(), call));
        if (recording.withXen()) {
            json.object("xen", side -> counts(side, recording.report().xen(), call));
        } else {
            json.nothing("xen");
        }
    }

    private static void counts(Json json, ImportReport.Counts counts, Hypercall call) {
        json.field("calls", counts.calls(call));
        json.field("requests", counts.requests(call));
    }
}
