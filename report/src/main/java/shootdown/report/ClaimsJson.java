package shootdown.report;

import shootdown.checker.Necessity;
import shootdown.claims.Claim;
import shootdown.claims.Experiment;
import shootdown.claims.Judgement;
import shootdown.claims.Reply;
import shootdown.claims.Tale;

/** Claims and their verdicts as JSON, described in {@code docs/json.md}. */
public final class ClaimsJson {
    public static final String SCHEMA = "shootdown/claims/2";

    private ClaimsJson() {}

    public static String text(ClaimsReport report) {
        return Json.document(
                SCHEMA,
                json -> {
                    json.field("version", report.version());
                    json.object("search", search -> CheckJson.limits(search, report.limits()));
                    json.array("claims", report.rulings(), ClaimsJson::ruling);
                    json.object(
                            "summary",
                            summary -> {
                                summary.field("differs", report.differs());
                                summary.field("undecided", report.isUndecided());
                                summary.field("interrupted", report.interrupted());
                                summary.field("searches", report.searches());
                                summary.field("states", report.states());
                            });
                    json.object(
                            "measured",
                            measured -> {
                                measured.field("nanos", report.measured().nanos());
                                measured.field("threads", report.measured().threads());
                            });
                });
    }

    private static void ruling(Json json, ClaimsReport.Ruling ruling) {
        Judgement judgement = ruling.judgement();
        Claim claim = judgement.claim();
        json.field("number", claim.number());
        json.field("title", claim.title());
        json.field("text", claim.text());
        json.field("author", claim.source().author());
        json.field("mail", claim.source().label());
        json.field("when", claim.source().when());
        json.field("verdict", CheckJson.word(judgement.verdict()));
        json.field("condition", claim.condition());
        json.field("expected", CheckJson.word(claim.expectation().verdict()));
        json.field("expectation", claim.expectation().words());
        json.field("differs", judgement.differs());
        json.field("documented", CheckJson.word(claim.documented()));
        json.field("difference", claim.difference());
        json.field("remark", claim.remark());
        json.field("beyond", claim.beyond());
        json.array("experiments", judgement.outcomes(), ClaimsJson::outcome);
        json.array("parts", judgement.parts(), ClaimsJson::part);
        switch (ruling.tale()) {
            case null -> json.nothing("story");
            case Tale.Broken broken ->
                    json.object("story", story -> StoryJson.story(story, broken.story()));
            case Tale.Seen seen ->
                    json.object("story", story -> StoryJson.story(story, seen.story()));
            case Tale.Different different ->
                    json.object(
                            "story",
                            story -> DifferenceJson.difference(story, different.difference()));
        }
    }

    private static void part(Json json, Necessity part) {
        json.field("policy", part.policy().name());
        json.field("rule", part.policy().rule());
        json.field("effect", CheckJson.word(part.effect()));
        json.words(
                "brokenIn",
                part.where(Necessity.Effect.BROKEN).stream().map(u -> u.name()).toList());
    }

    private static void outcome(Json json, Judgement.Outcome outcome) {
        Experiment experiment = outcome.experiment();
        Reply reply = outcome.reply();
        json.field("predicts", experiment.says());
        json.field("inside", experiment.inside());
        json.words(
                "universes",
                experiment.question().where().universes().stream().map(u -> u.name()).toList());
        json.field("result", CheckJson.word(outcome.result()));
        json.field("answer", CheckJson.word(reply.answer()));
        json.field("states", reply.states());
        var universe = reply.where();
        if (universe == null) {
            json.nothing("universe");
        } else {
            json.field("universe", universe.name());
        }
        var property = reply.property();
        if (property == null) {
            json.nothing("property");
        } else {
            json.field("property", property.name());
        }
    }
}
