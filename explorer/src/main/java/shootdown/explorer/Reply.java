package shootdown.explorer;

import static java.nio.charset.StandardCharsets.UTF_8;

import shootdown.report.ExploreJson;

/**
 * An answer to a request.
 *
 * @param status of HTTP
 * @param type of what the body holds
 */
record Reply(int status, String type, byte[] body) {
    static final String JSON = "application/json; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Reply json(String text) {
        return new Reply(200, JSON, text.getBytes(UTF_8));
    }

    static Reply text(String text) {
        return new Reply(200, TEXT, text.getBytes(UTF_8));
    }

    /** What is wrong with the request, or why it cannot be answered. */
    static Reply problem(int status, String problem) {
        return problem(status, problem, 0);
    }

    /**
     * The same of an expression.
     *
     * @param column where it is wrong, from 1
     */
    static Reply problem(int status, String problem, int column) {
        return new Reply(status, JSON, ExploreJson.problem(problem, column).getBytes(UTF_8));
    }
}
