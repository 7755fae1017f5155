package shootdown.workload.replay;

/** A machine cannot do what a recording says: it contradicts what it has said before. */
final class Contradiction extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long line;

    /**
     * @param line of the event for which the step was taken
     */
    Contradiction(RuntimeException cause, long line) {
        super(cause.getMessage(), cause);
        this.line = line;
    }

    long line() {
        return line;
    }
}
