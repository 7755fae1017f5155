package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.End;
import shootdown.pages.StoryHtml;
import shootdown.policy.CatalogueEntry;
import shootdown.report.ExplainText;
import shootdown.report.Explained;
import shootdown.report.MailText;
import shootdown.report.MailText.Repeat;
import shootdown.report.MermaidText;
import shootdown.report.Page;
import shootdown.report.StepText;
import shootdown.report.StoryJson;
import shootdown.report.StorySvg;
import shootdown.scenario.StoryScenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code shootdown explain}: the shortest story of a cell. */
@Command(
        name = "explain",
        description = {
            "Tells the shortest way to break a policy, step by step; of a safe one, what would"
                    + " happen if one of its flushes got lost.",
            "",
            "Without arguments: XSA-286. With a policy only, or with a family such as u4: the"
                    + " first universe in which it breaks, those whose machine is Xen's first.",
            "Exit code 0 if it is safe there, 1 if it is broken.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown explain",
            "  shootdown explain draft",
            "  shootdown explain local-only u4",
            "  shootdown explain draft-no-local u1-linear-uvm-xpti-pcid --property P3",
            "  shootdown explain sync-guest u1-linear-uvm --scenario stale.scn",
            "  shootdown explain draft --step",
            "  shootdown explain draft --mail",
            "  shootdown explain local-only u4 --svg > story.svg",
            "  shootdown explain local-only u4 --html story.html",
            "  shootdown explain --policy-file Mine.java u3-xpti-smp"
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "POLICY",
            description = "the policy (default: sync-guest, or that of the policy file)")
    private String first = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "UNIVERSE",
            description =
                    "the universe, or a family of them"
                            + " (default: the first in which the policy breaks)")
    private String second = "";

    @Option(
            names = "--property",
            paramLabel = "P",
            description = "the property (default: the first that is broken)")
    private String propertyName = "";

    /** In which form the answer is printed; in columns if nothing is chosen. */
    private static final class Form {
        @Option(names = "--json", description = "print JSON (docs/json.md)")
        private boolean json;

        @Option(
                names = "--mail",
                description = "print for a mail: 72 columns, plain ASCII, how to see it again")
        private boolean mail;

        @Option(
                names = "--mermaid",
                description = "print a sequence diagram for a review, as Mermaid takes it")
        private boolean mermaid;

        @Option(names = "--svg", description = "print a sequence diagram as a picture")
        private boolean svg;

        @Option(
                names = "--step",
                description =
                        "show it step by step, with the state at each; keys where there is a"
                                + " terminal")
        private boolean step;
    }

    @ArgGroup private Form form = new Form();

    @Option(
            names = "--scenario",
            paramLabel = "F.scn",
            description = "write the story to this file as a scenario as well ('run' takes it)")
    private @Nullable Path scenario;

    @Option(
            names = "--html",
            paramLabel = "F.html",
            description = "write the story to this file as a page to step through as well")
    private @Nullable Path html;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final UniverseFiles universeFiles = new UniverseFiles();

    @Mixin private final SearchChoice search = new SearchChoice();

    ExplainCommand(Session session) {
        this.session = session;
    }

    /**
     * What the arguments mean.
     *
     * @param universes where to look, in this order
     * @param where all of them in words
     */
    private record Question(CatalogueEntry policy, List<Universe> universes, String where) {

        /** Wherever a check looks, on Xen's machines. */
        static Question anywhere(CatalogueEntry policy) {
            List<Universe> universes =
                    Universes.byDefault().stream()
                            .filter(universe -> !universe.machine().isHypothetical())
                            .toList();
            return new Question(
                    policy,
                    universes,
                    "all " + universes.size() + " default universes whose machine is Xen's");
        }

        /** Where a name says. */
        static Question in(CatalogueEntry policy, String name) {
            List<Universe> universes = Lookup.family(name);
            return new Question(
                    policy,
                    universes,
                    universes.size() == 1
                            ? universes.getFirst().name()
                            : "all " + universes.size() + " universes of " + name);
        }
    }

    @Override
    public Integer call() {
        Question question = question();
        @Nullable Property property = propertyName.isEmpty() ? null : Lookup.property(propertyName);
        boolean strict = property != null && property.isOptional();
        if (strict && scenario != null) {
            throw new Complaint(
                    "a scenario cannot ask for %s; leave --scenario out".formatted(property));
        }
        CheckOptions options = options().withStrict(strict);
        List<Cell> cells = cells(question, property, options);
        if (cells.isEmpty()) {
            return session.interrupted();
        }
        Cell last = cells.getLast();
        if (breaks(last, property)) {
            Property broken = property == null ? last.broken().getFirst() : property;
            return tell(last, broken, options);
        }
        return holds(question, cells, property, options);
    }

    private Question question() {
        List<CatalogueEntry> own = policyFiles.load(session.console());
        Lookup lookup = new Lookup(own);
        if (!universeFiles.isEmpty()) {
            return inFiles(lookup, own);
        }
        if (first.isEmpty()) {
            return own.isEmpty()
                    ? Question.in(lookup.policy("sync-guest"), "u1-linear-uvm")
                    : Question.anywhere(own.getFirst());
        }
        if (!own.isEmpty() && second.isEmpty() && lookup.findPolicy(first).isEmpty()) {
            return Question.in(own.getFirst(), first);
        }
        CatalogueEntry policy = lookup.policy(first);
        if (!own.isEmpty() && !own.contains(policy)) {
            throw new Complaint(
                    "explain takes one policy: either --policy-file or '%s'".formatted(first));
        }
        return second.isEmpty() ? Question.anywhere(policy) : Question.in(policy, second);
    }

    private Question inFiles(Lookup lookup, List<CatalogueEntry> own) {
        if (!second.isEmpty()) {
            throw new Complaint("explain takes either --universe-file or '%s'".formatted(second));
        }
        CatalogueEntry policy =
                first.isEmpty() && !own.isEmpty()
                        ? own.getFirst()
                        : lookup.policy(first.isEmpty() ? "sync-guest" : first);
        return new Question(policy, universeFiles.load(), "the universes of your files");
    }

    private CheckOptions options() {
        return search.options(session.interruption()::isRequested);
    }

    /** Checks one universe after the other until one breaks. Empty if the user interrupts. */
    private List<Cell> cells(Question question, @Nullable Property property, CheckOptions options) {
        List<Universe> universes = question.universes();
        List<Cell> cells = new ArrayList<>();
        try (Tracker tracker = new Tracker(session.console(), universes.size())) {
            for (Universe universe : universes) {
                Cell cell = tracker.check(question.policy(), universe, options);
                if (cell.end() == End.CANCELLED) {
                    return List.of();
                }
                cells.add(cell);
                if (breaks(cell, property)) {
                    break;
                }
            }
        }
        return cells;
    }

    private static boolean breaks(Cell cell, @Nullable Property property) {
        return property == null ? !cell.broken().isEmpty() : cell.broken().contains(property);
    }

    private int tell(Cell cell, Property property, CheckOptions options) {
        Optional<Story> story = Storyteller.tell(cell.policy(), cell.universe(), property, options);
        if (session.interruption().isRequested()) {
            return session.interrupted();
        }
        if (scenario != null && story.isPresent()) {
            if (!StoryScenario.isPossible(story.get())) {
                throw new Complaint(StoryScenario.IMPOSSIBLE);
            }
            ScenarioFiles.write(scenario, StoryScenario.of(story.get()));
        }
        print(
                new Explained(
                        List.of(cell), cell, cell.universe().name(), property, story.orElse(null)));
        return Exit.BROKEN;
    }

    private int holds(
            Question question,
            List<Cell> cells,
            @Nullable Property property,
            CheckOptions options) {
        boolean safe = cells.stream().allMatch(cell -> cell.end() == End.EXHAUSTED);
        Optional<Story> nearMiss = Optional.empty();
        Cell told = cells.getFirst();
        for (Cell cell : cells) {
            if (safe && nearMiss.isEmpty() && cell.outcome() == Outcome.SAFE) {
                nearMiss = Storyteller.nearMiss(question.policy(), cell.universe(), options);
                told = nearMiss.isPresent() ? cell : told;
            }
        }
        if (session.interruption().isRequested()) {
            return session.interrupted();
        }
        print(new Explained(cells, told, question.where(), property, nearMiss.orElse(null)));
        return safe ? Exit.OK : Exit.INCONCLUSIVE;
    }

    private void print(Explained explained) {
        if (html != null) {
            write(html, explained.told(), explained.story());
        }
        Console console = session.console();
        if (form.json) {
            console.print(StoryJson.text(explained.told(), explained.story()));
        } else if (form.mail) {
            console.print(MailText.page(explained, repeat(explained)).text());
        } else if (form.mermaid || form.svg) {
            draw(explained);
        } else if (form.step) {
            step(explained);
        } else {
            console.print(ExplainText.page(explained, console.columns()));
        }
    }

    /** With keys where there is a terminal, else one step after the other. */
    private void step(Explained explained) {
        Console console = session.console();
        @Nullable Story story = explained.story();
        if (story == null) {
            console.print(ExplainText.page(explained, console.columns()));
        } else if (console.screen() == null) {
            console.print(StepText.all(story, console.columns()));
        } else {
            new Stepper(console.screen(), story, session.interruption()).run();
        }
    }

    /** What cannot be drawn is said beside the result, which stays empty. */
    private void draw(Explained explained) {
        Console console = session.console();
        @Nullable Story story = explained.story();
        if (story == null) {
            console.say("there is no story to draw");
            console.err().print(ExplainText.page(explained, Page.WIDTH).text());
        } else {
            console.print(form.svg ? StorySvg.of(story) : MermaidText.of(story));
        }
    }

    /** The command that finds the same at once: its policy, universe and property are named. */
    private Repeat repeat(Explained explained) {
        List<String> words = new ArrayList<>(List.of("shootdown", "explain"));
        List<String> own = policyFiles.words();
        words.addAll(own.isEmpty() ? List.of(explained.told().policy().name()) : own);
        if (!universeFiles.isEmpty()) {
            words.addAll(universeFiles.words());
        } else if (explained.story() != null) {
            words.add(explained.told().universe().name());
        } else if (!second.isEmpty()) {
            words.add(second);
        }
        if (explained.property() != null) {
            words.addAll(List.of("--property", explained.property().name()));
        }
        return new Repeat(Shootdown.version(), words);
    }

    private static void write(Path file, Cell told, @Nullable Story story) {
        if (story == null) {
            throw new Complaint("there is no story to write to " + file);
        }
        try {
            Files.writeString(file, StoryHtml.text(told, story, Shootdown.version()));
        } catch (IOException e) {
            throw new Complaint("cannot write the page " + file + ": " + e);
        }
    }
}
