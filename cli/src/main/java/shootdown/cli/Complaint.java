package shootdown.cli;

/** Ends a command with one clear message and an exit code. */
final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exit;

    Complaint(int exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    /** Bad input. */
    Complaint(String message) {
        this(Exit.USAGE, message);
    }

    int exit() {
        return exit;
    }

    /** What to tell the user. */
    String says() {
        return String.valueOf(getMessage());
    }
}
