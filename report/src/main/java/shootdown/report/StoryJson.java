package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.checker.Universe;
import shootdown.hypervisor.Machine;

import java.util.Arrays;

/** A story as JSON, described in {@code docs/json.md}. */
public final class StoryJson {
    public static final String SCHEMA = "shootdown/explain/2";

    private StoryJson() {}

    /** What is known of a cell, and its story or near miss, if there is one. */
    public static String text(Cell cell, @Nullable Story story) {
        return Json.document(SCHEMA, json -> fields(json, cell, story));
    }

    /** The same on one line. */
    public static String compact(Cell cell, @Nullable Story story) {
        return Json.compact(SCHEMA, json -> fields(json, cell, story));
    }

    private static void fields(Json json, Cell cell, @Nullable Story story) {
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
    }

    static void story(Json json, Story story) {
        json.field("policy", story.policy().name());
        json.field("rule", story.policy().rule());
        json.object("machine", inner -> machine(inner, story.universe()));
        json.field("property", story.property().name());
        json.field("title", story.property().title());
        json.field("says", story.property().says());
        json.field("nearMiss", story.nearMiss());
        json.object("opening", opening -> PictureJson.picture(opening, story.opening()));
        json.array("events", story.events(), StoryJson::event);
        json.field("wrong", story.wrong());
        json.field("remedy", story.remedy());
        Story.Beside beside = story.beside();
        if (beside == null) {
            json.nothing("beside");
        } else {
            json.object("beside", inner -> beside(inner, beside));
        }
    }

    private static void beside(Json json, Story.Beside beside) {
        json.field("policy", beside.policy().name());
        json.field("rule", beside.policy().rule());
        PictureJson.numbers(json, "steps", beside.steps());
        json.array("events", beside.events(), StoryJson::event);
        json.field("end", beside.end());
    }

    /** What is needed to draw pictures of it, and to introduce it. */
    static void machine(Json json, Universe universe) {
        Machine machine = universe.machine();
        json.field("universe", universe.name());
        json.field("title", universe.title());
        json.field("cpus", machine.cpus());
        json.field("xpti", machine.xpti());
        json.field("pcid", machine.pcid());
        json.field("severalDomains", machine.hasSeveralDomains());
        json.numbers("slots", Arrays.stream(machine.slots()).asLongStream().boxed());
    }

    static void event(Json json, Event event) {
        json.field("number", event.number());
        json.field("cpu", event.cpu());
        json.field("function", event.function());
        json.field("text", event.text());
        json.words("changes", event.changes());
        json.array("orders", event.orders(), StoryJson::order);
        json.array("messages", event.messages(), StoryJson::message);
        json.object("after", after -> PictureJson.picture(after, event.after()));
    }

    private static void order(Json json, Story.Order order) {
        json.field("source", order.source());
        json.field("local", order.local());
        json.field("others", order.others());
        PictureJson.numbers(json, "targets", order.targets());
        json.field("rootCopy", order.rootCopy());
    }

    private static void message(Json json, Story.Message message) {
        json.field("kind", message.kind().word());
        json.field("from", message.from());
        json.field("to", message.to());
        json.field("flags", message.flags());
    }
}
