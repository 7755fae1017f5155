package shootdown.cluster;

import shootdown.checker.UnsuitableSearch;

/** Says in one sentence why the cluster cannot do what was asked. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    ClusterException(String message, Throwable cause) {
        super(message, cause);
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
