package shootdown.scenario;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Story;
import shootdown.engine.End;

import java.util.List;

/**
 * What came out of a scenario under one policy, or on a real hypervisor.
 *
 * @param policy the policy's name, or that of the hypervisor
 * @param judged each expectation that was asked
 * @param ends how many different ends were seen
 * @param states how many states were looked at; 0 on a real hypervisor
 * @param end why the exploration ended
 * @param problem why it could not be run as it says, or empty
 */
public record RunResult(
        String policy, List<Judged> judged, long ends, long states, End end, String problem) {
    /** What became of an expectation. */
    public enum Verdict {
        HOLDS,
        FAILS,
        /** A limit was reached before it was certain. */
        UNDECIDED,
        /** One run on a real hypervisor cannot tell. */
        NOT_SEEN
    }

    /**
     * An expectation and what became of it.
     *
     * @param text the expectation in the words of the language
     * @param witness how it fails, step by step, where there is such a way
     */
    public record Judged(String text, Verdict verdict, @Nullable Story witness) {}

    public RunResult {
        judged = List.copyOf(judged);
    }

    /** A scenario that a real hypervisor cannot run, and why. */
    static RunResult notRun(String policy, String why) {
        return new RunResult(policy, List.of(), 0, 0, End.CANCELLED, why);
    }

    /** Whether it was not even begun. */
    public boolean isNotRun() {
        return end == End.CANCELLED && !problem.isEmpty();
    }

    public boolean failed() {
        return (!isNotRun() && !problem.isEmpty()) || has(Verdict.FAILS);
    }

    public boolean isUndecided() {
        return !failed() && has(Verdict.UNDECIDED);
    }

    private boolean has(Verdict verdict) {
        return judged.stream().anyMatch(one -> one.verdict() == verdict);
    }
}
