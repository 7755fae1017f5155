package shootdown.cluster;

import shootdown.checker.UnsuitableSearch;

/** Says in one sentence why the cluster cannot do what was asked. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean loss;

    public ClusterException(String message) {
        this(message, false);
    }

    private ClusterException(String message, boolean loss) {
        super(message);
        this.loss = loss;
    }

    /** Says that the cluster was there, and no longer is. */
    static ClusterException loss(String message) {
        return new ClusterException(message, true);
    }

    /** Whether the cluster was there, and no longer is. */
    public boolean isLoss() {
        return loss;
    }

    ClusterException(String message, Throwable cause) {
        super(message, cause);
        loss = false;
    }

    /** Returns what to tell of a search that failed. */
    static ClusterException of(Throwable thrown) {
        boolean told = thrown instanceof ClusterException || thrown instanceof UnsuitableSearch;
        return new ClusterException(
                told ? String.valueOf(thrown.getMessage()) : thrown.toString(), thrown);
    }

    /** Returns what to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }
}
