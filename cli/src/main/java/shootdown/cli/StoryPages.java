package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Exhibit;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.pages.StoryHtml;
import shootdown.pages.StoryLinks;
import shootdown.policy.CatalogueEntry;

import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * Tells the shortest stories of cells that are broken and writes each as a page, on all threads.
 *
 * <p>A cell takes one search for all its properties, and what was checked already is not checked
 * again to learn a remedy from it: the stories of the whole table take less than its verdicts.
 */
final class StoryPages implements StoryLinks, Exhibit.Check {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,99}");

    private final PageFolder folder;
    private final CheckOptions options;
    private final int threads;
    private final Session session;
    private final Queue<Cell> known = new ConcurrentLinkedQueue<>();
    private final Map<Cell, Map<Property, Link>> links =
            Collections.synchronizedMap(new IdentityHashMap<>());

    /**
     * A cell with breaks to tell.
     *
     * @param name of its pages, without the property
     * @param remedy what is known to mend it, or empty for what a policy teaches
     */
    record Task(Cell cell, List<Property> properties, String name, String remedy) {}

    StoryPages(PageFolder folder, CheckOptions options, int threads, Session session) {
        this.folder = folder;
        this.options = options;
        this.threads = threads;
        this.session = session;
    }

    /**
     * A name for the pages of a cell: those of its policy and universe, or a number if they could
     * not be the name of a file.
     */
    static String name(Cell cell, int number) {
        String name = cell.policy().name() + "." + cell.universe().name();
        return PLAIN.matcher(name).matches() ? name : "cell-" + number;
    }

    /** Nothing that was checked is checked again. */
    void know(Cell cell) {
        known.add(cell);
    }

    /** Writes these stories, as far as there is time. */
    void write(List<Task> tasks) {
        try (Tracker tracker = new Tracker(session.console(), tasks.size())) {
            new Searches<>(tasks, options, threads, session.interruption(), job(tracker)).all();
        }
    }

    private Searches.Job<Task, End> job(Tracker tracker) {
        return new Searches.Job<>() {
            @Override
            public End search(Task task, CheckOptions one) {
                Tracker.Search tracked = tracker.begin("stories of " + task.name());
                tell(task, one.withSearch(one.search().withProgress(tracked)));
                tracked.end(0);
                return End.EXHAUSTED;
            }

            @Override
            public End end(End found) {
                return found;
            }
        };
    }

    private void tell(Task task, CheckOptions one) {
        Cell cell = task.cell();
        Map<Property, Link> told = new EnumMap<>(Property.class);
        for (Story story :
                Storyteller.tell(cell.policy(), cell.universe(), task.properties(), this, one)) {
            Story shown = task.remedy().isEmpty() ? story : story.withRemedy(task.remedy());
            String page = StoryHtml.text(cell, shown, Shootdown.version());
            String href = folder.write(task.name() + "." + story.property() + ".html", page);
            told.put(story.property(), new Link(href, story.steps().size()));
        }
        links.put(cell, told);
    }

    @Override
    public @Nullable Link to(Cell cell, Property property) {
        return links.getOrDefault(cell, Map.of()).get(property);
    }

    /** What is known, or else a search whose result is known from then on. */
    @Override
    public Cell check(CatalogueEntry policy, Universe universe, CheckOptions one) {
        for (Cell cell : known) {
            boolean judged = !one.strict() || cell.verdicts().size() == Property.values().length;
            if (judged && cell.universe().equals(universe) && cell.policy().equals(policy)) {
                return cell;
            }
        }
        Cell cell = Checker.check(policy, universe, one);
        known.add(cell);
        return cell;
    }
}
