package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Makes many searches on several threads, one search a thread; of few, several threads a search.
 *
 * <p>Searches share the memory. One that needs more than its share is made again when the others
 * are done, alone and with all of it: so what is found does not depend on the number of threads.
 *
 * @param <T> what says which search to make
 * @param <R> what it finds
 */
final class Searches<T, R> {
    /** How a search is made. */
    interface Job<T, R> {
        R search(T task, CheckOptions options);

        /** Why it ended. */
        End end(R found);
    }

    private final List<T> tasks;
    private final CheckOptions options;
    private final int threads;
    private final Interruption interruption;
    private final Job<T, R> job;
    private final AtomicReferenceArray<@Nullable R> found;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Searches(
            List<T> tasks,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Job<T, R> job) {
        this.tasks = List.copyOf(tasks);
        this.options = options;
        this.threads = threads;
        this.interruption = interruption;
        this.job = job;
        this.found = new AtomicReferenceArray<>(tasks.size());
    }

    /** What was found, in the order of the tasks; null where the search did not end. */
    List<@Nullable R> all() {
        int workers = Math.clamp(tasks.size(), 1, threads);
        AtomicInteger next = new AtomicInteger();
        Runnable work =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < tasks.size() && !isEnding();
                            i = next.getAndIncrement()) {
                        search(i, threads / workers, workers);
                    }
                };
        List<Thread> started = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            started.add(Thread.ofPlatform().name("searches-" + i).start(work));
        }
        work.run();
        started.forEach(Searches::join);
        for (int i = 0; workers > 1 && i < tasks.size() && !isEnding(); i++) {
            R result = found.get(i);
            if (result != null && job.end(result) == End.MEMORY_LIMIT) {
                search(i, threads, 1);
            }
        }
        rethrow();
        List<@Nullable R> results = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            results.add(found.get(i));
        }
        return results;
    }

    private boolean isEnding() {
        return interruption.isRequested() || failure.get() != null;
    }

    /** Makes one search with a part of the memory. */
    private void search(int index, int searchThreads, int sharers) {
        SearchOptions search =
                options.search()
                        .withThreads(searchThreads)
                        .withMemoryBytes(options.search().memoryBytes() / sharers)
                        .withCancelled(this::isEnding);
        try {
            R result = job.search(tasks.get(index), options.withSearch(search));
            found.set(index, job.end(result) == End.CANCELLED ? null : result);
        } catch (Throwable problem) { // thrown again by the thread that waits for all
            failure.compareAndSet(null, problem);
        }
    }

    private void rethrow() {
        Throwable problem = failure.get();
        if (problem instanceof RuntimeException e) {
            throw e;
        }
        if (problem instanceof Error e) {
            throw e;
        }
    }

    private static void join(Thread thread) {
        boolean joined = false;
        while (!joined) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException e) {
                // Nobody interrupts this thread; whoever did must wait for the workers all the
                // same.
                joined = false;
            }
        }
    }
}
