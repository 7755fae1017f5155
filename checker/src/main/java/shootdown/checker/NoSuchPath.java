package shootdown.checker;

/** A path that takes a step where it is not possible. */
public final class NoSuchPath extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchPath(String message) {
        super(message, null, false, false);
    }

    /** What to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }
}
