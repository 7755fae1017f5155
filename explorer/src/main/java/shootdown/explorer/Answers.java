package shootdown.explorer;

import shootdown.checker.NoSuchPath;
import shootdown.checker.Place;
import shootdown.checker.Place.Judgement;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Trails;
import shootdown.report.ExploreJson;
import shootdown.scenario.Scenario;
import shootdown.scenario.Scenarios;
import shootdown.scenario.StoryScenario;

import java.util.List;
import java.util.Optional;

/** What the server knows: places, searches, scenarios. */
final class Answers {
    private final Trails trails;
    private final Hunts hunts;
    private final Resources resources = new Resources();

    Answers(Trails trails, Hunts hunts) {
        this.trails = trails;
        this.hunts = hunts;
    }

    /**
     * The answer to a request.
     *
     * @throws Refused if there is none
     */
    Reply to(Request request) {
        try {
            return switch (request.method() + " " + request.resource()) {
                case "GET api/place" -> place(request.allow("path").path());
                case "GET api/scenario" -> scenario(request.allow("path").path());
                case "POST api/search" -> search(request.allow("path"));
                case "GET api/search" -> Reply.json(hunts.get(request.allow("id").id()).json());
                case "DELETE api/search" -> cancel(request.allow("id").id());
                default -> resource(request);
            };
        } catch (NoSuchPath e) {
            throw new Refused(404, e.says());
        } catch (ExpressionError e) {
            return Reply.problem(400, e.says(), e.column());
        }
    }

    private Reply resource(Request request) {
        return resources
                .find(request.allow().resource())
                .filter(reply -> request.method().equals("GET"))
                .orElseThrow(() -> new Refused(404, "there is nothing of that name"));
    }

    private Reply place(List<Integer> path) {
        return Reply.json(ExploreJson.place(trails.policy(), trails.universe(), trails.at(path)));
    }

    private Reply search(Request request) {
        List<Integer> path = request.path();
        String text = request.body().strip();
        Expression expression = ExpressionReader.read(text, trails.universe());
        trails.at(path);
        return Reply.json(hunts.start(text, expression, path).json());
    }

    private Reply cancel(int id) {
        Hunt hunt = hunts.get(id);
        hunt.end();
        return Reply.json(hunt.json());
    }

    private static String whyNothing(Place place) {
        for (int step = place.breaks().size(); step > 0; step--) {
            for (Property property : place.breaks().get(step - 1)) {
                if (!property.isOptional()) {
                    return "nothing is broken here, but step %d of the path breaks %s: go back to it"
                            .formatted(step, property);
                }
            }
        }
        return "nothing is broken here; a scenario says which property its programs break";
    }

    /** A scenario says of some programs that they break a property. */
    private Reply scenario(List<Integer> path) {
        Place place = trails.at(path);
        Optional<Property> broken =
                place.judgements().entrySet().stream()
                        .filter(judged -> judged.getValue() == Judgement.BROKEN)
                        .map(judged -> judged.getKey())
                        .filter(property -> !property.isOptional())
                        .findFirst();
        if (broken.isEmpty()) {
            throw new Refused(409, whyNothing(place));
        }
        Story story = trails.story(path, broken.get());
        if (!StoryScenario.isPossible(story)) {
            throw new Refused(409, StoryScenario.IMPOSSIBLE);
        }
        Scenario scenario = StoryScenario.of(story);
        return Reply.text(Scenarios.print(scenario));
    }
}
