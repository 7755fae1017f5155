package shootdown.explorer;

/** A request that gets no answer but this. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refused(int status, String problem) {
        super(problem, null, false, false);
        this.status = status;
    }

    Reply reply() {
        return Reply.problem(status, String.valueOf(getMessage()));
    }
}
