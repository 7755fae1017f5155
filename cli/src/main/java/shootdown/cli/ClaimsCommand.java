package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Story;
import shootdown.claims.Claim;
import shootdown.claims.Claims;
import shootdown.claims.Tale;
import shootdown.pages.ClaimsHtml;
import shootdown.pages.StoryHtml;
import shootdown.pages.StoryLinks;
import shootdown.report.ClaimsJson;
import shootdown.report.ClaimsReport;
import shootdown.report.ClaimsText;
import shootdown.words.Nearest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code shootdown claims}: what was claimed, judged by runs. */
@Command(
        name = "claims",
        description = {
            "Judges what was claimed in the thread and in commit messages: runs the experiments"
                    + " that decide each claim, and computes a verdict from them.",
            "",
            "Without numbers: all of them in a table. With numbers: these in full, with their"
                    + " experiments and a story.",
            "Exit code 0 if all verdicts are as documented, 1 if one is not, 3 if one is undecided"
                    + " because a limit was reached.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown claims",
            "  shootdown claims 15",
            "  shootdown claims 15 45 --json",
            "  shootdown claims --html DIR  a page of all in full, and of stories"
        },
        mixinStandardHelpOptions = true)
final class ClaimsCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NUMBER", description = "claims to tell in full (default: all, short)")
    private List<String> numbers = new ArrayList<>();

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "DIR",
            description =
                    "write pages to this folder: index.html, with each claim in full, and stories"
                            + " of what breaks")
    private @Nullable Path html;

    @Mixin private final SearchChoice search = new SearchChoice();

    ClaimsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Set<Claim> named = new TreeSet<>(Comparator.comparingInt(Claim::number));
        numbers.forEach(number -> named.add(claim(number)));
        boolean inFull = !named.isEmpty();
        Court court = new Court(search.options(), search.limits(), search.threads(), session);
        PageFolder pages = html == null ? null : PageFolder.open(html, "claims");
        List<Claim> claims = inFull ? List.copyOf(named) : Claims.all();
        ClaimsReport report = court.judge(claims, inFull || pages != null, inFull);
        if (json) {
            session.console().print(ClaimsJson.text(report));
        } else {
            session.console().print(inFull ? ClaimsText.full(report) : ClaimsText.table(report));
        }
        if (pages != null) {
            write(report, pages);
        }
        if (report.interrupted()) {
            return Exit.INTERRUPTED;
        }
        return report.differs() ? Exit.BROKEN : report.isUndecided() ? Exit.INCONCLUSIVE : Exit.OK;
    }

    private void write(ClaimsReport report, PageFolder pages) {
        IdentityHashMap<Story, StoryLinks.Link> links = new IdentityHashMap<>();
        for (ClaimsReport.Ruling ruling : report.rulings()) {
            if (ruling.tale() instanceof Tale.Broken broken
                    && !session.interruption().isRequested()) {
                Story story = broken.story();
                CheckOptions options = search.options(session.interruption()::isRequested);
                Cell cell = Checker.check(story.policy(), story.universe(), options);
                String name = "claim-%d.html".formatted(ruling.judgement().claim().number());
                String page = StoryHtml.text(cell, story, Shootdown.version());
                links.put(
                        story, new StoryLinks.Link(pages.write(name, page), story.steps().size()));
            }
        }
        pages.finish(ClaimsHtml.text(report, links::get), session);
    }

    private static Claim claim(String number) {
        return Claims.all().stream()
                .filter(claim -> Integer.toString(claim.number()).equals(number))
                .findFirst()
                .orElseThrow(
                        () ->
                                new Complaint(
                                        "there is no claim '%s'; did you mean %s? (shootdown claims)"
                                                .formatted(number, nearest(number))));
    }

    /** The nearest number, or for a word the one that looks most like it. */
    private static String nearest(String word) {
        if (word.matches("[0-9]{1,9}")) {
            int wanted = Integer.parseInt(word);
            return Claims.all().stream()
                    .map(Claim::number)
                    .min(Comparator.comparingInt(number -> Math.abs(number - wanted)))
                    .map(String::valueOf)
                    .orElseThrow();
        }
        return Nearest.of(
                word,
                Claims.all().stream().map(claim -> Integer.toString(claim.number())).toList());
    }
}
