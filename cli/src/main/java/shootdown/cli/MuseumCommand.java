package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.CheckOptions;
import shootdown.checker.Exhibit;
import shootdown.checker.Museum;
import shootdown.checker.Outcome;
import shootdown.checker.Shown;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.pages.MuseumHtml;
import shootdown.report.MuseumJson;
import shootdown.report.MuseumText;
import shootdown.words.Nearest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code shootdown museum}: defects of the past, found again. */
@Command(
        name = "museum",
        description = {
            "Defects that Xen has had: each is put back into the model, and exploration finds it;"
                + " with the fix in, the same universe is safe. Those that break nothing do work"
                + " that is for nothing: it is counted, and so is how often it mattered.",
            "",
            "Exit code 0 if all of them come out so, 1 if one does not.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown museum             all exhibits",
            "  shootdown museum xsa-401     one, with its story",
            "  shootdown museum 48          the same by number",
            "  shootdown museum --html DIR  a page of all, and one for each story"
        },
        mixinStandardHelpOptions = true)
final class MuseumCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "EXHIBIT",
            description = "name, advisory or number of one (default: all)")
    private String name = "";

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "DIR",
            description =
                    "write pages to this folder: index.html, and the story of each exhibit that"
                            + " breaks something")
    private @Nullable Path html;

    @Mixin private final SearchChoice search = new SearchChoice();

    MuseumCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Exhibit> exhibits = name.isEmpty() ? Museum.all() : List.of(exhibit(name));
        CheckOptions options = search.options(session.interruption()::isRequested);
        PageFolder pages = html == null ? null : PageFolder.open(html, "museum");
        List<Shown> shown = explore(exhibits, options);
        if (pages != null) {
            write(shown, exhibits.size(), pages);
        }
        if (name.isEmpty()) {
            print(shown, exhibits.size());
        } else if (shown.isEmpty()) {
            return session.interrupted();
        } else {
            print(shown.getFirst(), options);
        }
        if (session.interruption().isRequested()) {
            return Exit.INTERRUPTED;
        }
        return exit(shown);
    }

    private static Exhibit exhibit(String name) {
        return Museum.find(name)
                .orElseThrow(
                        () -> {
                            List<String> known = Museum.all().stream().map(Exhibit::name).toList();
                            return new Complaint(
                                    "unknown exhibit '%s'; did you mean '%s'? (shootdown museum)"
                                            .formatted(name, Nearest.of(name, known)));
                        });
    }

    /** Those that there was time for. */
    private List<Shown> explore(List<Exhibit> exhibits, CheckOptions options) {
        List<Shown> shown = new ArrayList<>();
        try (Tracker tracker = new Tracker(session.console(), 2 * exhibits.size())) {
            for (Exhibit exhibit : exhibits) {
                Shown one = exhibit.explore(tracker::check, options);
                if (session.interruption().isRequested()) {
                    break;
                }
                shown.add(one);
            }
        }
        return shown;
    }

    private void print(List<Shown> shown, int of) {
        if (json) {
            session.console().print(MuseumJson.text(shown, null));
        } else {
            session.console().print(MuseumText.table(shown, of));
        }
    }

    private void print(Shown shown, CheckOptions options) {
        @Nullable Story story = shown instanceof Shown.Fault fault ? story(fault, options) : null;
        if (json) {
            session.console().print(MuseumJson.text(List.of(shown), story));
        } else {
            session.console().print(MuseumText.page(shown, story));
        }
    }

    private void write(List<Shown> shown, int of, PageFolder pages) {
        StoryPages stories = new StoryPages(pages, search.options(), search.threads(), session);
        List<StoryPages.Task> tasks = new ArrayList<>();
        for (Shown one : shown) {
            if (one instanceof Shown.Fault fault && fault.isFound()) {
                Exhibit exhibit = fault.exhibit();
                tasks.add(
                        new StoryPages.Task(
                                fault.before(),
                                List.of(fault.property()),
                                exhibit.name(),
                                exhibit.fix()));
            }
        }
        stories.write(tasks);
        pages.finish(MuseumHtml.text(shown, of, stories, Shootdown.version()), session);
    }

    private static @Nullable Story story(Shown.Fault fault, CheckOptions options) {
        Exhibit.Setting before = fault.exhibit().before();
        return Storyteller.tell(before.policy(), before.universe(), fault.property(), options)
                .map(told -> told.withRemedy(fault.exhibit().fix()))
                .orElse(null);
    }

    private static int exit(List<Shown> shown) {
        List<Outcome> outcomes = shown.stream().map(Shown::outcome).toList();
        if (outcomes.contains(Outcome.BROKEN)) {
            return Exit.BROKEN;
        }
        return outcomes.contains(Outcome.INCONCLUSIVE) ? Exit.INCONCLUSIVE : Exit.OK;
    }
}
