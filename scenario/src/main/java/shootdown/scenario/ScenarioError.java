package shootdown.scenario;

/** What is wrong with a scenario or universe file, in one message with file, line and column. */
public final class ScenarioError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ScenarioError(String message) {
        super(message, null, false, false);
    }

    /** Something at a place in the text; lines and columns count from 1. */
    static ScenarioError at(String file, int line, int column, String problem) {
        return new ScenarioError("%s:%d:%d: %s".formatted(file, line, column, problem));
    }

    /** Something about the file as a whole. */
    static ScenarioError about(String file, String problem) {
        return new ScenarioError(file + ": " + problem);
    }

    /** What to tell the user. */
    public String says() {
        return String.valueOf(getMessage());
    }
}
