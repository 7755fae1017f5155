package shootdown.engine;

/** Why a search ended. Only {@link #EXHAUSTED} proves that something does not happen. */
public enum End {
    /** Every reachable state was explored. */
    EXHAUSTED,
    /** More states than {@link SearchOptions#maxStates()} exist. */
    STATE_LIMIT,
    /**
     * The search would have needed more than {@link SearchOptions#memoryBytes()}, and no folder.
     */
    MEMORY_LIMIT,
    /** The folder of the search could not be used any more; it says why. */
    DISK_FAILED,
    /** {@link SearchOptions#cancelled()} said so. */
    CANCELLED,
    /** All of {@link SearchOptions#stopWhenViolated()} are violated. */
    VIOLATED
}
