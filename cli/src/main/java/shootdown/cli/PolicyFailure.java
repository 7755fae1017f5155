package shootdown.cli;

import java.nio.file.Path;

/** What a policy of the user does that it must not. */
final class PolicyFailure {
    private PolicyFailure() {}

    /** It threw something. */
    static Complaint threw(Path file, String policy, Throwable problem) {
        int line = lineIn(String.valueOf(file.getFileName()), problem.getStackTrace());
        return new Complaint(
                "%s%s: policy '%s' throws %s"
                        .formatted(file, line > 0 ? ":" + line : "", policy, problem));
    }

    /** It answered one question in two ways. */
    static Complaint undecided(Path file, String policy, String first, String second) {
        return new Complaint(
                "%s: policy '%s' is not deterministic: asked twice, it %s, then %s"
                        .formatted(file, policy, first, second));
    }

    /** The innermost line of a file in a stack, or 0. */
    static int lineIn(String file, StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (file.equals(frame.getFileName())) {
                return frame.getLineNumber();
            }
        }
        return 0;
    }
}
