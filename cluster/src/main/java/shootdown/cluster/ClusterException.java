package shootdown.cluster;

/** Says in one sentence why the cluster cannot do what was asked. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns what to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }
}
