package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Exhibit;
import shootdown.checker.Shown;
import shootdown.checker.Story;
import shootdown.checker.Waste;

import java.util.List;

/** The museum as JSON, described in {@code docs/json.md}. */
public final class MuseumJson {
    public static final String SCHEMA = "shootdown/museum/2";

    private MuseumJson() {}

    /**
     * The exhibits that were explored.
     *
     * @param story that of the only one, or null if none was asked for, or found
     */
    public static String text(List<Shown> shown, @Nullable Story story) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.array("exhibits", shown, MuseumJson::exhibit);
                    if (story == null) {
                        json.nothing("story");
                    } else {
                        json.object("story", inner -> StoryJson.story(inner, story));
                    }
                });
    }

    private static void exhibit(Json json, Shown shown) {
        Exhibit exhibit = shown.exhibit();
        json.field("row", exhibit.row());
        json.field("name", exhibit.name());
        json.field("origin", exhibit.origin());
        json.field("title", exhibit.title());
        json.field("bug", exhibit.bug());
        json.field("fix", exhibit.fix());
        json.field("model", exhibit.model());
        switch (shown) {
            case Shown.Fault fault -> {
                json.field("property", fault.property().name());
                json.nothing("work");
            }
            case Shown.Overwork overwork -> {
                json.nothing("property");
                json.object("work", inner -> work(inner, overwork.waste()));
            }
        }
        json.object("before", inner -> cell(inner, shown.before()));
        json.object("after", inner -> cell(inner, shown.after()));
    }

    private static void work(Json json, Waste waste) {
        json.field("what", waste.work().title());
        json.field("end", CheckJson.word(waste.end()));
        json.field("states", waste.states());
        json.field("done", waste.done());
        json.field("mattered", waste.mattered());
    }

    private static void cell(Json json, Cell cell) {
        json.field("policy", cell.policy().name());
        json.field("universe", cell.universe().name());
        json.field("outcome", CheckJson.word(cell.outcome()));
        json.words("broken", CheckJson.names(cell.broken()));
        json.field("states", cell.states());
    }
}
