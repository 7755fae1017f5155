package shootdown.explorer;

/** What is wrong with an expression, and at which of its columns, counted from 1. */
final class ExpressionError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int column;

    ExpressionError(int column, String message) {
        super(message, null, false, false);
        this.column = column;
    }

    int column() {
        return column;
    }

    /** What to tell the user. */
    String says() {
        return "column %d: %s".formatted(column, getMessage());
    }
}
