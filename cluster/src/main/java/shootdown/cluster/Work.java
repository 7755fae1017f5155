package shootdown.cluster;

/**
 * A kind of work that is cut into tasks, each done by one member. Members have it under a name that
 * whoever starts them gives it; only names and tasks travel.
 */
@FunctionalInterface
public interface Work {
    /**
     * Begins a sweep: returns who does its tasks, until it is closed. Must be short work; what
     * takes long belongs to the first task.
     */
    Worker begin();
}
