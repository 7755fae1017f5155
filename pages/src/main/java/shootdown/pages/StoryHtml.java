package shootdown.pages;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Story;
import shootdown.report.StoryJson;
import shootdown.report.StoryText;
import shootdown.report.Template;
import shootdown.scenario.Scenarios;
import shootdown.scenario.StoryScenario;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/**
 * A story as one page to step through. It holds all that it needs; its policy for content allows
 * its own style and scripts, known by their hashes, and nothing else.
 */
public final class StoryHtml {
    private static final Template PAGE = new Template(StoryHtml.class, "story.html");
    private static final String STYLE = Template.resource(StoryHtml.class, "story.css");
    private static final String SCRIPT = Template.resource(StoryHtml.class, "story.js");
    private static final String PAGE_SCRIPT = Template.resource(StoryHtml.class, "story-page.js");
    private static final String STYLE_HASH = Template.hash(STYLE);
    private static final String SCRIPT_HASHES =
            Template.hash(SCRIPT) + " " + Template.hash(PAGE_SCRIPT);

    private StoryHtml() {}

    /** What draws stories, for other pages that show them: the class StoryView. */
    public static String script() {
        return SCRIPT;
    }

    /** The style of what it draws. */
    public static String style() {
        return STYLE;
    }

    /**
     * The page.
     *
     * @param cell what a check found of the policy in the story's universe
     * @param version of the program
     */
    public static String text(Cell cell, Story story, String version) {
        @Nullable String scenario = scenario(story);
        Map<String, Object> values = new HashMap<>();
        values.put(
                "title",
                "%s in %s: %s"
                        .formatted(
                                story.policy().name(), story.universe().name(), story.property()));
        values.put("policy", story.policy().name());
        values.put("universe", story.universe().name());
        values.put("lead", lead(story));
        values.put("rule", story.policy().rule());
        values.put("universeTitle", story.universe().title());
        values.put("property", story.property() + " " + story.property().title());
        values.put("says", story.property().says());
        values.put("wrong", story.wrong());
        values.put("remedy", story.remedy());
        values.put("beside", beside(story));
        values.put("text", StoryText.page(story).text());
        values.put("scenario", scenario == null ? "" : Template.data(quoted(scenario)));
        values.put("noScenario", scenario == null ? whyNoScenario(story) : "");
        values.put("version", version);
        values.put("style", STYLE);
        values.put("styleHash", STYLE_HASH);
        values.put("script", SCRIPT);
        values.put("pageScript", PAGE_SCRIPT);
        values.put("scriptHashes", SCRIPT_HASHES);
        values.put("data", Template.data(StoryJson.compact(cell, story)));
        return PAGE.page(values);
    }

    private static String lead(Story story) {
        int count = story.events().size();
        String steps = count == 1 ? "one step" : count + " steps";
        return story.nearMiss()
                ? "The policy holds. This is what would happen if one of its flushes got lost: %s breaks in %s."
                        .formatted(story.property().title(), steps)
                : "The policy breaks %s in %s; no shorter way does."
                        .formatted(story.property().title(), steps);
    }

    private static Object beside(Story story) {
        Story.Beside beside = story.beside();
        return beside == null
                ? false
                : Map.of(
                        "policy",
                        story.nearMiss() ? "no flush lost" : beside.policy().name(),
                        "end",
                        beside.end());
    }

    /** The story as a scenario file, or null if there can be none. */
    private static @Nullable String scenario(Story story) {
        return whyNoScenario(story).isEmpty() ? Scenarios.print(StoryScenario.of(story)) : null;
    }

    private static String whyNoScenario(Story story) {
        if (story.nearMiss()) {
            return "this is a near miss, and in a scenario no flush gets lost";
        }
        return StoryScenario.isPossible(story) ? "" : StoryScenario.IMPOSSIBLE;
    }

    /** A text as JSON. */
    private static String quoted(String text) {
        StringWriter json = new StringWriter();
        try (JsonGenerator out =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), json)) {
            out.writeString(text);
        }
        return json.toString();
    }
}
