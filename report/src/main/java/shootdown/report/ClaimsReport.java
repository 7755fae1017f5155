package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.claims.Judgement;
import shootdown.claims.Tale;
import shootdown.claims.Verdict;

import java.util.List;

/**
 * All that was found about some claims.
 *
 * @param version of the program
 * @param rulings one for each claim, in their order
 * @param searches different ones that came to an end
 * @param states that they visited together
 * @param limits how it was searched
 * @param interrupted whether it was ended by Ctrl-C
 * @param measured what it took
 */
public record ClaimsReport(
        String version,
        List<Ruling> rulings,
        int searches,
        long states,
        CheckReport.Limits limits,
        boolean interrupted,
        CheckReport.Measured measured) {

    /**
     * A judgement and the story behind it.
     *
     * @param tale the story, or null if there is none, or if it was not asked for
     */
    public record Ruling(Judgement judgement, @Nullable Tale tale) {}

    public ClaimsReport {
        rulings = List.copyOf(rulings);
    }

    /** Whether a claim that runs can decide was not decided. */
    public boolean isUndecided() {
        return rulings.stream().anyMatch(r -> r.judgement().verdict() == Verdict.UNDECIDED);
    }

    /** Whether a verdict is neither the documented one nor open. */
    public boolean differs() {
        return rulings.stream()
                .map(Ruling::judgement)
                .anyMatch(j -> j.verdict() != Verdict.UNDECIDED && !j.isAsDocumented());
    }
}
