package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.engine.MemoryBudget;
import shootdown.engine.SearchOptions;
import shootdown.policy.CatalogueEntry;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Cells as work: each is searched by one member. */
final class CellJob implements Job {
    /** The name of this work, which every member knows. */
    static final String NAME = "check";

    private final List<Cluster.Task> tasks;
    private final CheckOptions options;
    private final Cluster.Watcher watcher;
    private final @Nullable Cell[] found;
    private int next;

    CellJob(List<Cluster.Task> tasks, CheckOptions options, Cluster.Watcher watcher) {
        this.tasks = tasks;
        this.options = options;
        this.watcher = watcher;
        found = new @Nullable Cell[tasks.size()];
    }

    /** What was found, in the order of tasks. */
    List<@Nullable Cell> found() {
        return Arrays.asList(found);
    }

    @Override
    public @Nullable String next() {
        if (next == tasks.size()) {
            return null;
        }
        Cluster.Task task = tasks.get(next++);
        Out out = new Out();
        Codec.write(out, task.policy(), task.universe());
        Codec.write(out, options);
        return text(out);
    }

    @Override
    public void begun(int task) {
        watcher.begun(task);
    }

    @Override
    public void done(int task, String answer) {
        Cluster.Task searched = tasks.get(task);
        Cell cell = Codec.cell(in(answer), searched.policy(), searched.universe());
        found[task] = cell;
        watcher.done(task, cell);
    }

    /**
     * The other side of it.
     *
     * @param budget of the member; a search takes its share as long as it runs, or what is left
     * @param memoryBytes the share of each search
     */
    record Searcher(MemoryBudget budget, long memoryBytes) implements Worker {
        @Override
        public @Nullable String answer(String task, BooleanSupplier cancelled) {
            In in = in(task);
            CatalogueEntry policy = Codec.policy(in);
            Universe universe = Codec.universe(in);
            CheckOptions options = Codec.options(in);
            long share = budget.takeUpTo(memoryBytes);
            SearchOptions search =
                    options.search().withMemoryBytes(Math.max(1, share)).withCancelled(cancelled);
            Cell cell;
            try {
                cell = Checker.check(policy, universe, options.withSearch(search));
            } finally {
                budget.release(share);
            }
            if (cell.end() == End.CANCELLED) {
                return null;
            }
            Out out = new Out();
            Codec.write(out, cell);
            return text(out);
        }
    }

    private static String text(Out out) {
        return Base64.getEncoder().encodeToString(out.take());
    }

    private static In in(String text) {
        return new In(Base64.getDecoder().decode(text));
    }
}
