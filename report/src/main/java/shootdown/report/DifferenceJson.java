package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Difference;
import shootdown.checker.Story;

/** The first difference between two policies as JSON, described in {@code docs/json.md}. */
public final class DifferenceJson {
    public static final String SCHEMA = "shootdown/diff/2";

    private DifferenceJson() {}

    /** Two policies by name, and their first difference; null if they decide alike everywhere. */
    public static String text(String first, String second, @Nullable Difference difference) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("first", first);
                    json.field("second", second);
                    if (difference == null) {
                        json.nothing("difference");
                    } else {
                        json.object("difference", inner -> difference(inner, difference));
                    }
                });
    }

    static void difference(Json json, Difference difference) {
        json.field("universe", difference.firstCell().universe().name());
        json.field("first", difference.first());
        json.field("second", difference.second());
        json.field("matters", difference.matters());
        json.object("firstVerdict", cell -> verdict(cell, difference.firstCell()));
        json.object("secondVerdict", cell -> verdict(cell, difference.secondCell()));
        json.object("opening", opening -> PictureJson.picture(opening, difference.opening()));
        json.array("events", difference.events(), StoryJson::event);
        Story consequence = difference.consequence();
        if (consequence == null) {
            json.nothing("consequence");
        } else {
            json.object("consequence", story -> StoryJson.story(story, consequence));
        }
    }

    private static void verdict(Json json, Cell cell) {
        json.field("outcome", CheckJson.word(cell.outcome()));
        json.words("broken", CheckJson.names(cell.broken()));
        json.field("states", cell.states());
    }
}
