package shootdown.explorer;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Trails;
import shootdown.engine.SearchOptions;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The searches of a run: one at a time, a new one ends the one before. */
final class Hunts implements AutoCloseable {
    private final Trails trails;
    private final SearchOptions options;
    private final Consumer<Throwable> trouble;
    private @Nullable Hunt latest;
    private int started;
    private boolean closed;

    Hunts(Trails trails, SearchOptions options, Consumer<Throwable> trouble) {
        this.trails = trails;
        this.options = options;
        this.trouble = trouble;
    }

    /** Starts a search from a place; does not wait for its end, but for a moment. */
    Hunt start(String text, Expression expression, List<Integer> path) {
        Hunt hunt = begin(text, expression, path);
        hunt.await(Duration.ofMillis(150));
        return hunt;
    }

    private synchronized Hunt begin(String text, Expression expression, List<Integer> path) {
        if (closed) {
            throw new Refused(503, "the explorer is ending");
        }
        started++;
        Hunt hunt = new Hunt(started, text, expression, path, trails, options, latest, trouble);
        latest = hunt;
        hunt.start();
        return hunt;
    }

    /**
     * The search with this number.
     *
     * @throws Refused if it is not the latest one
     */
    synchronized Hunt get(int id) {
        if (latest == null || latest.id() != id) {
            throw new Refused(404, "there is no search " + id + " any more");
        }
        return latest;
    }

    @Override
    public void close() {
        Hunt last;
        synchronized (this) {
            closed = true;
            last = latest;
        }
        if (last != null) {
            last.end();
        }
    }
}
