package shootdown.engine;

/** Says that a {@link Partition} would need more memory than it may take. */
public final class PartitionFull extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PartitionFull() {
        super("memory limit reached", null, false, false);
    }
}
