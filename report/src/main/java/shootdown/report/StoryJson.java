package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Story;
import shootdown.checker.Story.CpuView;
import shootdown.checker.Story.Event;
import shootdown.checker.Story.Picture;

/** A story as JSON, described in {@code docs/json.md}. */
public final class StoryJson {
    public static final String SCHEMA = "shootdown/explain/1";

    private StoryJson() {}

    /** What is known of a cell, and its story or near miss, if there is one. */
    public static String text(Cell cell, @Nullable Story story) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("policy", cell.policy().name());
                    json.field("universe", cell.universe().name());
                    json.field("outcome", CheckJson.word(cell.outcome()));
                    json.words("broken", CheckJson.names(cell.broken()));
                    json.field("states", cell.states());
                    if (story == null) {
                        json.nothing("story");
                    } else {
                        json.object("story", inner -> story(inner, story));
                    }
                });
    }

    static void story(Json json, Story story) {
        json.field("policy", story.policy().name());
        json.field("property", story.property().name());
        json.field("nearMiss", story.nearMiss());
        json.object("opening", opening -> picture(opening, story.opening()));
        json.array("events", story.events(), StoryJson::event);
        json.field("wrong", story.wrong());
        json.field("remedy", story.remedy());
    }

    static void picture(Json json, Picture picture) {
        json.words("tables", picture.tables());
        json.array("cpus", picture.cpus(), StoryJson::cpu);
    }

    private static void cpu(Json json, CpuView cpu) {
        json.field("cpu", cpu.cpu());
        json.field("where", cpu.where());
        json.field("root", cpu.root());
        json.field("copy", cpu.copy());
        json.array(
                "cached",
                cpu.cached(),
                (inner, cached) -> {
                    inner.field("what", cached.what());
                    inner.array("members", cached.members(), StoryJson::member);
                });
    }

    private static void member(Json json, Story.Member member) {
        json.field("name", member.name());
        json.field("writable", member.writable());
        json.field("stale", member.stale());
    }

    static void event(Json json, Event event) {
        json.field("number", event.number());
        json.field("cpu", event.cpu());
        json.field("function", event.function());
        json.field("text", event.text());
        json.words("changes", event.changes());
        json.object("after", after -> picture(after, event.after()));
    }
}
