package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;

/**
 * Does the tasks of one sweep at one member. What it answers is a function of the task alone.
 *
 * <p>Thread rule: tasks are done by several threads at once; it is closed when none is left.
 */
@FunctionalInterface
public interface Worker extends AutoCloseable {
    /**
     * Does a task.
     *
     * @param cancelled polled often: nobody wants the answer any more
     * @return the answer, or null if it was cancelled
     * @throws Unable if no such task can be done here
     */
    @Nullable String answer(String task, BooleanSupplier cancelled);

    /** Called in every case: the sweep is over, whoever asked is lost, or the member ends. */
    @Override
    default void close() {}
}
