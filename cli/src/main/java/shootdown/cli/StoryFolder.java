package shootdown.cli;

import shootdown.checker.CheckOptions;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.engine.SearchOptions;
import shootdown.report.CheckReport;
import shootdown.report.Result;
import shootdown.report.StoryText;
import shootdown.scenario.Scenarios;
import shootdown.scenario.StoryScenario;

import java.nio.file.Path;
import java.util.Optional;

/** A folder of stories, one file for each. */
final class StoryFolder {
    private final OutputFolder folder;

    private StoryFolder(OutputFolder folder) {
        this.folder = folder;
    }

    static StoryFolder open(Path folder) {
        return new StoryFolder(OutputFolder.open("--stories", folder));
    }

    /** Tells and writes all that is broken. */
    void write(CheckReport report, CheckOptions options, Session session) {
        SearchOptions search = options.search().withCancelled(session.interruption()::isRequested);
        for (Result result : report.results()) {
            for (Property property : result.broken()) {
                if (session.interruption().isRequested()) {
                    return;
                }
                Optional<Story> story =
                        Storyteller.tell(
                                result.policy(),
                                result.universe(),
                                property,
                                options.withSearch(search));
                story.ifPresent(told -> write(told));
            }
        }
    }

    private void write(Story story) {
        String name =
                "%s.%s.%s.txt"
                        .formatted(
                                story.policy().name(), story.universe().name(), story.property());
        folder.write(name, StoryText.page(story).text());
        if (!StoryScenario.isPossible(story)) {
            return;
        }
        String scenario = name.substring(0, name.length() - "txt".length()) + "scn";
        folder.write(scenario, Scenarios.print(StoryScenario.of(story)));
    }
}
