package shootdown.cluster;

import shootdown.checker.UnsuitableSearch;

/** Says in one sentence why the cluster cannot do what was asked. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose doing it is. */
    public enum Kind {
        /** That of the one who asked: it cannot be had so. */
        REQUEST,
        /** The cluster was there, and no longer is. */
        LOSS,
        /** No member has what it takes. */
        UNABLE,
        /** Something is wrong at a member. */
        FAILURE
    }

    private final Kind kind;

    public ClusterException(String message) {
        this(message, Kind.REQUEST);
    }

    private ClusterException(String message, Kind kind) {
        super(message);
        this.kind = kind;
    }

    /** Says that the cluster was there, and no longer is. */
    static ClusterException loss(String message) {
        return new ClusterException(message, Kind.LOSS);
    }

    /** Says that no member has what it takes. */
    static ClusterException unable(String message) {
        return new ClusterException(message, Kind.UNABLE);
    }

    /** Says that something went wrong at a member. */
    static ClusterException failure(String why) {
        return new ClusterException("a member failed: " + why, Kind.FAILURE);
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the cluster was there, and no longer is. */
    public boolean isLoss() {
        return kind == Kind.LOSS;
    }

    ClusterException(String message, Throwable cause) {
        super(message, cause);
        kind = Kind.REQUEST;
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
