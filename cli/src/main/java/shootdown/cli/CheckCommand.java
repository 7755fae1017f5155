package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import shootdown.checker.Cell;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.pages.CheckHtml;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckJson;
import shootdown.report.CheckReport;
import shootdown.report.CheckText;
import shootdown.report.Result;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code shootdown check}: the verdict table. */
@Command(
        name = "check",
        description = {
            "Explores every behaviour of small machines under policies and tells what breaks.",
            "",
            "Without policies: all of them, compared with what is expected; exit code 0 if all is"
                    + " as expected, 1 otherwise. With policies: 0 if all are safe, 1 if one is"
                    + " broken. 3 if a limit was reached before either was certain.",
            "Universes whose machine is not Xen's (see list) are shown, but count for the exit"
                    + " code of named policies only if they are named in full.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown check                                  the whole table",
            "  shootdown check final                            one policy, universe by universe",
            "  shootdown check v1 v2 --universe u3              two policies in a family",
            "  shootdown check --universe u4-smp-linear-3cpu    all policies in a large universe",
            "  shootdown check --policy-file Mine.java          a policy of your own",
            "  shootdown check final --universe-file mine.scn   a universe of your own",
            "  shootdown check --html table                     a page, and one for each story",
            "  shootdown check final --universe u9* --memory 4G --disk states",
            "                                                   a big search; --resume goes on",
            "  shootdown check --json > table.json",
            "  shootdown check --cluster 127.0.0.1 v1           searched by others (cluster --help)"
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "POLICY", description = "policies to check (default: all)")
    private List<String> policyNames = new ArrayList<>();

    @Option(
            names = "--universe",
            paramLabel = "U",
            description = {
                "a universe, a family such as u1, a start such as u4*, or all; may be repeated",
                "(default: those that are explored in seconds)"
            })
    private List<String> universeNames = new ArrayList<>();

    @Option(
            names = "--property",
            paramLabel = "P",
            description = "judge only this one, such as P3; may be repeated (default: all)")
    private List<String> propertyNames = new ArrayList<>();

    @Option(
            names = "--strict",
            description = "judge optional properties too: S1 (see list properties)")
    private boolean strict;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    @Option(
            names = "--stories",
            paramLabel = "DIR",
            description =
                    "write the shortest story of each broken cell and property to this folder, made"
                            + " if need be, and beside it the same as a scenario")
    private @Nullable Path stories;

    @Option(
            names = "--html",
            paramLabel = "DIR",
            description =
                    "write the table as pages to this folder: index.html, and the shortest story of"
                            + " each broken cell and property")
    private @Nullable Path html;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final UniverseFiles universeFiles = new UniverseFiles();

    @Mixin private final SearchChoice search = new SearchChoice();

    @Mixin private final ClusterChoice cluster = new ClusterChoice();

    @Mixin private final DiskChoice disk = new DiskChoice();

    @Spec private CommandSpec spec = CommandSpec.create();

    CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        requireOwnPower();
        List<CatalogueEntry> own = policyFiles.load(session.console());
        Lookup lookup = new Lookup(own);
        Set<CatalogueEntry> named = new LinkedHashSet<>(lookup.policies(policyNames));
        named.addAll(own);
        boolean everything = named.isEmpty() && universeFiles.isEmpty();
        List<CatalogueEntry> policies = named.isEmpty() ? Catalogue.entries() : List.copyOf(named);
        List<Universe> universes = universeFiles.and(universeNames);
        List<Property> properties = properties();
        StoryFolder folder = stories == null ? null : StoryFolder.open(stories);
        PageFolder pages = html == null ? null : PageFolder.open(html, "check");
        CheckFolder states = disk.open(inputs());
        CheckReport report =
                new Checking(search, cluster, session, universeNames, states)
                        .check(policies, universes, properties);
        if (json) {
            session.console().print(CheckJson.text(report));
        } else {
            session.console().print(CheckText.page(report));
        }
        if (folder != null) {
            folder.write(report, search.options(), session);
        }
        if (pages != null) {
            write(report, pages);
        }
        if (states != null) {
            states.end(report.isExhaustive(), session.console());
        }
        return session.interruption().isRequested() ? Exit.INTERRUPTED : exit(report, everything);
    }

    /** Members of a cluster have threads and memory of their own. */
    private void requireOwnPower() {
        if (cluster.isChosen() && spec.commandLine().getParseResult().hasMatchedOption("--disk")) {
            throw new Complaint("--disk is for searches of this process, not for --cluster");
        }
        cluster.requireWithout(spec, "--threads", "--memory");
    }

    private List<Path> inputs() {
        return Stream.of(policyFiles.paths(), universeFiles.paths()).flatMap(List::stream).toList();
    }

    /** Stories first: the index names only what is there. */
    private void write(CheckReport report, PageFolder pages) {
        StoryPages stories = new StoryPages(pages, search.options(), search.threads(), session);
        List<StoryPages.Task> tasks = new ArrayList<>();
        for (Result result : report.results()) {
            Cell cell = result.cell();
            if (cell != null) {
                stories.know(cell);
            }
            if (cell != null && !result.broken().isEmpty()) {
                String name = StoryPages.name(cell, tasks.size() + 1);
                tasks.add(new StoryPages.Task(cell, result.broken(), name, ""));
            }
        }
        stories.write(tasks);
        pages.finish(CheckHtml.text(report, stories), session);
    }

    private List<Property> properties() {
        List<Property> asked = Lookup.properties(propertyNames);
        return Arrays.stream(Property.values())
                .filter(property -> asked.contains(property) || (strict && property.isOptional()))
                .toList();
    }

    private static int exit(CheckReport report, boolean everything) {
        if (everything) {
            return report.differs()
                    ? Exit.BROKEN
                    : report.isExhaustive() ? Exit.OK : Exit.INCONCLUSIVE;
        }
        return switch (report.outcome()) {
            case SAFE -> Exit.OK;
            case BROKEN -> Exit.BROKEN;
            case INCONCLUSIVE -> Exit.INCONCLUSIVE;
        };
    }
}
