package shootdown.engine;

/** A folder cannot be used for a search; the message says why, and what to do. */
public final class UnusableFolder extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableFolder(String message) {
        super(message);
    }
}
