package shootdown.report;

import shootdown.checker.Place;
import shootdown.checker.Place.Judgement;
import shootdown.checker.Place.Next;
import shootdown.checker.Property;
import shootdown.checker.Trails;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Map;

/** What the explorer answers, described in {@code docs/json.md}. */
public final class ExploreJson {
    public static final String PLACE = "shootdown/explore/1";
    public static final String SEARCH = "shootdown/explore-search/1";
    public static final String PROBLEM = "shootdown/explore-problem/1";

    private ExploreJson() {}

    /** A place, the way to it, and the steps that lead on. */
    public static String place(CatalogueEntry policy, Universe universe, Place place) {
        return Json.compact(
                PLACE,
                json -> {
                    json.field("policy", policy.name());
                    json.field("universe", universe.name());
                    path(json, place.path());
                    json.object("machine", it -> StoryJson.machine(it, place.story().universe()));
                    json.object("opening", it -> PictureJson.picture(it, place.story().opening()));
                    json.array("events", place.story().events(), StoryJson::event);
                    json.array(
                            "breaks",
                            place.breaks(),
                            (step, broken) -> step.words("properties", CheckJson.names(broken)));
                    json.array("next", place.next(), ExploreJson::next);
                    json.array(
                            "properties",
                            List.copyOf(place.judgements().entrySet()),
                            (judged, entry) -> judgement(judged, entry, place.wrong()));
                });
    }

    private static void path(Json json, List<Integer> path) {
        json.numbers("path", path.stream().map(Integer::longValue));
    }

    private static void next(Json json, Next next) {
        json.field("number", next.number());
        json.field("cpu", next.cpu());
        json.field("actor", next.actor());
        json.field("function", next.function());
        json.field("text", next.text());
        json.field("operation", next.operation());
        json.field("choice", next.choice());
        json.field("choices", next.choices());
        json.words("changes", next.changes());
        json.words("breaks", CheckJson.names(next.breaks()));
    }

    private static void judgement(
            Json json, Map.Entry<Property, Judgement> judged, Map<Property, String> wrong) {
        Property property = judged.getKey();
        json.field("id", property.name());
        json.field("title", property.title());
        json.field("says", property.says());
        json.field("optional", property.isOptional());
        json.field(
                "judgement",
                switch (judged.getValue()) {
                    case NOTHING_AT_STAKE -> "nothing-at-stake";
                    case HOLDS -> "holds";
                    case BROKEN -> "broken";
                });
        json.field("wrong", wrong.getOrDefault(property, ""));
    }

    /** A search that has ended. */
    public static String search(int id, String expression, Trails.Found found, int depth) {
        String state =
                found.path() != null
                        ? "found"
                        : switch (found.end()) {
                            case EXHAUSTED -> "nowhere";
                            case CANCELLED -> "cancelled";
                            case STATE_LIMIT, MEMORY_LIMIT, DISK_FAILED -> "limit";
                            case VIOLATED -> throw new IllegalStateException("found, and no path");
                        };
        return Json.compact(
                SEARCH,
                json -> {
                    search(json, id, expression, state, found.states(), depth);
                    if (found.path() == null) {
                        json.nothing("path");
                    } else {
                        path(json, found.path());
                    }
                });
    }

    /** A search in progress, or one that has failed. */
    public static String search(int id, String expression, boolean failed, long states, int depth) {
        String state = failed ? "failed" : "running";
        return Json.compact(
                SEARCH,
                json -> {
                    search(json, id, expression, state, states, depth);
                    json.nothing("path");
                });
    }

    private static void search(
            Json json, int id, String expression, String state, long states, int depth) {
        json.field("id", id);
        json.field("expression", expression);
        json.field("state", state);
        json.field("states", states);
        json.field("depth", depth);
    }

    /**
     * Why a request has no answer.
     *
     * @param column of the expression, from 1, or 0
     */
    public static String problem(String problem, int column) {
        return Json.compact(
                PROBLEM, json -> json.field("problem", problem).field("column", column));
    }
}
