package shootdown.engine;

/** Where an {@link Expander} puts the successors of a state. */
@FunctionalInterface
public interface Successors {

    /**
     * Adds a successor. The state is copied at once, so the caller may go on writing to its array.
     *
     * @param next the state after the step
     * @param step the number by which the system names the step
     * @param violations the properties that the step itself breaks: bit i for property i
     */
    void add(long[] next, int step, long violations);
}
