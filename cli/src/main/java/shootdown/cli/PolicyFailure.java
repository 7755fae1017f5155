package shootdown.cli;

import shootdown.policy.FlushFlags;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /** It asked for a flush with flags that do not exist. */
    static Complaint unknownFlags(Path file, String policy, int flags, StackTraceElement[] stack) {
        int line = lineIn(String.valueOf(file.getFileName()), stack);
        int unknown = 0;
        List<String> known = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int flag = 1 << bit;
            if (FlushFlags.isKnown(flag)) {
                known.add("FLUSH_" + FlushFlags.toString(flag));
            } else {
                unknown |= flags & flag;
            }
        }
        return new Complaint(
                "%s%s: policy '%s' asks for the unknown flush flag 0x%x; there are %s"
                        .formatted(
                                file,
                                line > 0 ? ":" + line : "",
                                policy,
                                unknown,
                                String.join(", ", known)));
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
