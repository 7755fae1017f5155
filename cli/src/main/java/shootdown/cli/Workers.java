package shootdown.cli;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/** Does many small tasks on several threads, one task a thread at a time. */
final class Workers {
    private final int threads;
    private final Interruption interruption;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Workers(int threads, Interruption interruption) {
        this.threads = threads;
        this.interruption = interruption;
    }

    /** Whether no more work is wanted: searches poll it. */
    boolean isEnding() {
        return interruption.isRequested() || failure.get() != null;
    }

    /**
     * What became of the tasks, in their order; null where one did not end.
     *
     * @param work does the task with this number
     */
    <T> List<@Nullable T> run(int tasks, IntFunction<@Nullable T> work) {
        AtomicReferenceArray<@Nullable T> done = new AtomicReferenceArray<>(tasks);
        AtomicInteger next = new AtomicInteger();
        Runnable worker =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < tasks && !isEnding();
                            i = next.getAndIncrement()) {
                        try {
                            done.set(i, work.apply(i));
                        } catch (Throwable problem) { // thrown again by the thread that waits
                            failure.compareAndSet(null, problem);
                        }
                    }
                };
        List<Thread> started = new ArrayList<>();
        for (int i = 1; i < Math.clamp(tasks, 1, threads); i++) {
            started.add(Thread.ofPlatform().name("worker-" + i).start(worker));
        }
        worker.run();
        started.forEach(Workers::join);
        rethrow();
        List<@Nullable T> results = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            results.add(done.get(i));
        }
        return results;
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
                joined = false; // whoever interrupts must wait for the workers all the same
            }
        }
    }
}
