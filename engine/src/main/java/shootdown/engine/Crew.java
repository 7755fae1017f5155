package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * The threads of a search: the caller's own and daemons, which start when they are first needed and
 * end when the crew is closed.
 */
final class Crew implements AutoCloseable {

    private final int size;
    private final ExecutorService others;
    private final List<Thread> threads = new ArrayList<>();

    Crew(int size) {
        this.size = size;
        others = Executors.newFixedThreadPool(Math.max(1, size - 1), this::newThread);
    }

    int size() {
        return size;
    }

    /**
     * Runs a task once for each worker {@code 0..size - 1}, side by side, and returns when all have
     * ended. Throws what the worker with the least number threw, if any did.
     */
    void run(IntConsumer task) {
        List<Future<?>> running = new ArrayList<>(size);
        for (int w = 1; w < size; w++) {
            int worker = w;
            running.add(others.submit(() -> task.accept(worker)));
        }
        @Nullable Throwable failure = null;
        try {
            task.accept(0);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        for (Future<?> other : running) {
            @Nullable Throwable thrown = await(other);
            failure = failure == null ? thrown : failure;
        }
        if (failure != null) {
            throw unchanged(failure);
        }
    }

    /** Throws a failure as it is. Returns nothing; the type lets a caller write {@code throw}. */
    static RuntimeException unchanged(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        throw new IllegalStateException(failure);
    }

    /** Returns when all threads have ended. */
    @Override
    public void close() {
        others.shutdown();
        boolean interrupted = false;
        for (int t = 0; t < threads.size(); ) {
            try {
                threads.get(t).join();
                t++;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "shootdown-search-" + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    private static @Nullable Throwable await(Future<?> other) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    other.get();
                    return null;
                } catch (InterruptedException again) {
                    interrupted = true;
                } catch (ExecutionException thrown) {
                    return thrown.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
