package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Checks many cells on several threads, one cell a thread; on few cells, several threads a cell.
 *
 * <p>Cells share the memory. One that needs more than its share is searched again when the others
 * are done, alone and with all of it: so what is found does not depend on the number of threads.
 */
final class Cells {
    /** One search to be made. */
    record Task(CatalogueEntry policy, Universe universe) {}

    private final List<Task> tasks;
    private final CheckOptions options;
    private final int threads;
    private final Interruption interruption;
    private final Tracker tracker;
    private final AtomicReferenceArray<@Nullable Cell> found;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Cells(
            List<Task> tasks,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Tracker tracker) {
        this.tasks = List.copyOf(tasks);
        this.options = options;
        this.threads = threads;
        this.interruption = interruption;
        this.tracker = tracker;
        this.found = new AtomicReferenceArray<>(tasks.size());
    }

    /** What was found, in the order of the tasks; null where the search did not end. */
    List<@Nullable Cell> check() {
        int workers = Math.clamp(tasks.size(), 1, threads);
        AtomicInteger next = new AtomicInteger();
        Runnable work =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < tasks.size() && !isEnding();
                            i = next.getAndIncrement()) {
                        check(i, threads / workers, workers);
                    }
                };
        List<Thread> started = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            started.add(Thread.ofPlatform().name("cells-" + i).start(work));
        }
        work.run();
        started.forEach(Cells::join);
        for (int i = 0; workers > 1 && i < tasks.size() && !isEnding(); i++) {
            Cell cell = found.get(i);
            if (cell != null && cell.end() == End.MEMORY_LIMIT) {
                check(i, threads, 1);
            }
        }
        rethrow();
        List<@Nullable Cell> cells = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            cells.add(found.get(i));
        }
        return cells;
    }

    private boolean isEnding() {
        return interruption.isRequested() || failure.get() != null;
    }

    /** Searches one universe with a part of the memory. */
    private void check(int index, int searchThreads, int sharers) {
        Task task = tasks.get(index);
        SearchOptions search =
                options.search()
                        .withThreads(searchThreads)
                        .withMemoryBytes(options.search().memoryBytes() / sharers)
                        .withCancelled(this::isEnding);
        try {
            Cell cell = tracker.check(task.policy(), task.universe(), options.withSearch(search));
            found.set(index, cell.end() == End.CANCELLED ? null : cell);
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
