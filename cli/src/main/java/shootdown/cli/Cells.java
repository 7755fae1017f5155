package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checks;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;

import java.util.List;

/** Checks many cells; policies that decide alike in a universe are searched for once. */
final class Cells {
    /** One search to be made. */
    record Task(CatalogueEntry policy, Universe universe) {}

    private final Searches<Task, Cell> searches;

    Cells(
            List<Task> tasks,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Tracker tracker) {
        this(tasks, options, threads, interruption, tracker, null);
    }

    /**
     * @param folder where searches may keep states; null for none
     */
    Cells(
            List<Task> tasks,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Tracker tracker,
            @Nullable CheckFolder folder) {
        Checks checks = new Checks();
        searches =
                new Searches<>(
                        tasks,
                        options,
                        threads,
                        interruption,
                        new Searches.Job<>() {
                            @Override
                            public Cell search(Task task, CheckOptions one) {
                                return folder == null
                                        ? check(task, one)
                                        : folder.search(task, one, more -> check(task, more));
                            }

                            private Cell check(Task task, CheckOptions one) {
                                return tracker.check(checks, task.policy(), task.universe(), one);
                            }

                            @Override
                            public End end(Cell cell) {
                                return cell.end();
                            }
                        });
    }

    /** What was found, in the order of the tasks; null where the search did not end. */
    List<@Nullable Cell> check() {
        return searches.all();
    }
}
