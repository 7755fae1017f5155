package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.engine.SearchResult;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster as the one who asks sees it. Is in the cluster, but owns nothing.
 *
 * <p>A search belongs to the one who asked for it: if the network parts, those who still see that
 * one go on, and all others stop. So there is never a second opinion, and no majority is needed.
 *
 * <p>Thread rule: one thread asks, for one thing at a time.
 */
public final class Cluster implements AutoCloseable {
    /** One search to be made. */
    public record Task(CatalogueEntry policy, Universe universe) {}

    /** Hears how far many searches are. */
    public interface Watcher {
        /** This task was given to a member; again, if that one was lost. */
        void begun(int task);

        /** It is done. */
        void done(int task, Cell cell);
    }

    private final Crew crew;

    private Cluster(Crew crew) {
        this.crew = crew;
    }

    /**
     * Joins the cluster of those who listen at some addresses.
     *
     * @param listen where answers come
     * @param log hears who is lost
     */
    public static Cluster join(
            Endpoint listen,
            List<Endpoint> at,
            @Nullable Key key,
            String version,
            Consumer<String> log) {
        Cluster cluster = new Cluster(new Crew(listen, at, key, version, log));
        try {
            cluster.crew.greet();
        } catch (ClusterException refused) {
            cluster.close();
            throw refused;
        }
        if (cluster.members() == 0) {
            cluster.close();
            throw new ClusterException(
                    "no cluster at %s, or it has another key".formatted(shown(at)));
        }
        return cluster;
    }

    private static String shown(List<Endpoint> at) {
        return String.join(", ", at.stream().map(Endpoint::toString).toList());
    }

    /** Returns how many members there are, the one who asks not counted. */
    public int members() {
        return crew.members().size();
    }

    @Override
    public void close() {
        crew.close();
    }

    /** Refuses what members do not know by name: code does not travel. */
    public static void requireKnown(CatalogueEntry policy, Universe universe) {
        if (!Codec.isKnown(policy) || !Codec.isKnown(universe)) {
            throw new ClusterException(
                    "a cluster knows policies and universes by name, and takes no code: %s in %s"
                            .formatted(policy.name(), universe.name()));
        }
    }

    /** Refuses what cannot be searched here, before members find the same. */
    private static void require(Task task, CheckOptions options) {
        requireKnown(task.policy(), task.universe());
        Checker.system(task.policy(), task.universe(), options);
    }

    /**
     * Searches one cell by all members together.
     *
     * @return what was found, or null if it was cancelled
     */
    public @Nullable Cell explore(Task task, CheckOptions options) {
        require(task, options);
        SearchResult result = new Quest(crew, task, options).search();
        return result == null
                ? null
                : Checker.cell(task.policy(), task.universe(), result, options.strict());
    }

    /**
     * Searches many cells, each by one member; those that need more memory than a part of one
     * member's, afterwards by all together. What a lost member had is done again by another.
     *
     * @return what was found, in the order of tasks; null where it was cancelled
     */
    public List<@Nullable Cell> sweep(
            List<Task> tasks, CheckOptions options, BooleanSupplier cancelled, Watcher watcher) {
        tasks.forEach(task -> require(task, options));
        CellJob job = new CellJob(tasks, options, watcher);
        sweep(CellJob.NAME, job, cancelled);
        List<@Nullable Cell> found = new ArrayList<>(job.found());
        for (int i = 0; i < tasks.size() && !cancelled.getAsBoolean(); i++) {
            Cell cell = found.get(i);
            if (cell != null && cell.end() == End.MEMORY_LIMIT) {
                found.set(i, explore(tasks.get(i), options));
            }
        }
        return found;
    }

    /**
     * Has the tasks of a job done, each by one member. What a lost member had is done again by
     * another, as is what a member says that it cannot do.
     *
     * @param work the name under which members know how
     * @throws ClusterException if all members are lost, no member can do it, or a task fails
     */
    public void sweep(String work, Job job, BooleanSupplier cancelled) {
        new Sweep(crew, work, job).run(cancelled);
    }
}
