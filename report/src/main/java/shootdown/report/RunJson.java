package shootdown.report;

import shootdown.scenario.RunResult;
import shootdown.scenario.RunResult.Judged;

import java.util.Locale;

/** What came out of scenarios, as JSON. */
public final class RunJson {
    public static final String SCHEMA = "shootdown/run/2";

    private RunJson() {}

    public static String text(RunReport report) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("outcome", report.word());
                    json.array("files", report.files(), RunJson::file);
                });
    }

    private static void file(Json json, RunReport.FileRun file) {
        json.field("file", file.file());
        json.field("title", file.title());
        json.array("results", file.results(), RunJson::result);
        json.words("notAsked", file.notAsked());
    }

    private static void result(Json json, RunResult result) {
        json.field("policy", result.policy());
        json.field("failed", result.failed());
        json.field("notRun", result.isNotRun());
        json.field("problem", result.problem());
        json.field("ends", result.ends());
        json.field("states", result.states());
        json.array("expectations", result.judged(), RunJson::judged);
    }

    private static void judged(Json json, Judged judged) {
        json.field("text", judged.text());
        json.field("verdict", judged.verdict().name().toLowerCase(Locale.ROOT));
        if (judged.witness() == null) {
            json.nothing("witness");
        } else {
            json.array("witness", judged.witness().events(), StoryJson::event);
        }
    }
}
