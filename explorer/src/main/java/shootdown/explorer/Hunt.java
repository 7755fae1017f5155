package shootdown.explorer;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Trails;
import shootdown.engine.SearchOptions;
import shootdown.report.ExploreJson;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A search in the background, in a thread of its own, that tells how far it is. */
final class Hunt {
    /** A search that nobody asks about any more is not worth its memory. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final int id;
    private final String text;
    private final Thread thread;
    private volatile boolean cancelled;
    private volatile long asked = System.nanoTime();
    private volatile long states;
    private volatile int depth;
    private volatile Trails.@Nullable Found found;
    private volatile boolean failed;

    /**
     * @param before the search that must have ended before, or null
     * @param trouble hears what goes wrong with the program itself
     */
    Hunt(
            int id,
            String text,
            Expression expression,
            List<Integer> path,
            Trails trails,
            SearchOptions options,
            @Nullable Hunt before,
            Consumer<Throwable> trouble) {
        this.id = id;
        this.text = text;
        SearchOptions own =
                options.withCovering(expression.isMonotone())
                        .withCancelled(this::isOver)
                        .withProgress(
                                (states, transitions, depth, frontier) -> {
                                    this.states = states;
                                    this.depth = depth;
                                });
        thread =
                Thread.ofPlatform()
                        .name("explorer-search-" + id)
                        .daemon()
                        .unstarted(
                                () -> {
                                    if (before != null) {
                                        before.end();
                                    }
                                    try {
                                        found = trails.nearest(path, new Sought(expression), own);
                                    } catch (Throwable problem) { // told to the user, twice
                                        failed = true;
                                        trouble.accept(problem);
                                    }
                                });
    }

    void start() {
        thread.start();
    }

    int id() {
        return id;
    }

    private boolean isOver() {
        return cancelled || System.nanoTime() - asked > FORGOTTEN.toNanos();
    }

    void cancel() {
        cancelled = true;
    }

    /** Cancels it and waits until its thread has ended. */
    void end() {
        cancel();
        await(Duration.ofSeconds(10));
    }

    /** Waits for the end, but not longer than this. */
    void await(Duration most) {
        try {
            thread.join(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How far it is, as JSON. */
    String json() {
        asked = System.nanoTime();
        Trails.@Nullable Found result = found;
        if (result != null) {
            return ExploreJson.search(id, text, result, depth);
        }
        return ExploreJson.search(id, text, failed, states, depth);
    }
}
