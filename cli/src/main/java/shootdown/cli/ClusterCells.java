package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.cluster.Cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Has a cluster check many cells: each by one member, or, if they are few, each by all. */
record ClusterCells(ClusterChoice choice, Session session, Tracker tracker) {
    /** What was found, in the order of the tasks; null where the search did not end. */
    List<@Nullable Cell> check(List<Cells.Task> tasks, CheckOptions options) {
        List<Cluster.Task> shards =
                tasks.stream()
                        .map(task -> new Cluster.Task(task.policy(), task.universe()))
                        .toList();
        shards.forEach(shard -> Cluster.requireKnown(shard.policy(), shard.universe()));
        try (Cluster cluster = choice.join(session.console())) {
            return shards.size() < cluster.members()
                    ? together(cluster, shards, options)
                    : sweep(cluster, shards, options);
        }
    }

    private List<@Nullable Cell> together(
            Cluster cluster, List<Cluster.Task> tasks, CheckOptions options) {
        List<@Nullable Cell> found = new ArrayList<>();
        for (Cluster.Task task : tasks) {
            Tracker.Search tracked = tracker.begin(name(task));
            Cell cell =
                    cluster.explore(
                            task,
                            options.withSearch(
                                    options.search()
                                            .withProgress(tracked)
                                            .withCancelled(session.interruption()::isRequested)));
            found.add(cell);
            tracked.end(cell == null ? 0 : cell.states());
        }
        return found;
    }

    private List<@Nullable Cell> sweep(
            Cluster cluster, List<Cluster.Task> tasks, CheckOptions options) {
        Map<Integer, Tracker.Search> running = new HashMap<>();
        Cluster.Watcher watcher =
                new Cluster.Watcher() {
                    @Override
                    public void begun(int task) {
                        running.computeIfAbsent(task, t -> tracker.begin(name(tasks.get(t))));
                    }

                    @Override
                    public void done(int task, Cell cell) {
                        Tracker.Search search = running.remove(task);
                        if (search != null) {
                            search.end(cell.states());
                        }
                    }
                };
        return cluster.sweep(tasks, options, session.interruption()::isRequested, watcher);
    }

    private static String name(Cluster.Task task) {
        return task.policy().name() + " in " + task.universe().name();
    }
}
