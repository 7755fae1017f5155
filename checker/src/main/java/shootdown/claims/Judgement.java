package shootdown.claims;

import shootdown.checker.CheckOptions;
import shootdown.checker.Necessity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the runs say to a claim.
 *
 * @param outcomes one for each experiment, in their order
 * @param parts what becomes of the policy that it calls sufficient without each part of it, as far
 *     as this was asked
 */
public record Judgement(Claim claim, List<Outcome> outcomes, List<Necessity> parts) {

    /** One experiment and what came of it. */
    public record Outcome(Experiment experiment, Reply reply) {
        public Experiment.Result result() {
            return experiment.result(reply);
        }
    }

    public Judgement {
        outcomes = List.copyOf(outcomes);
        parts = List.copyOf(parts);
    }

    /** Judges by what was found so far. */
    public static Judgement of(Claim claim, Findings findings) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Experiment experiment : claim.experiments()) {
            outcomes.add(new Outcome(experiment, experiment.question().reply(findings)));
        }
        List<Necessity> parts = new ArrayList<>();
        for (Run run : claim.parts()) {
            if (findings.of(run) instanceof Finding.Weakened weakened) {
                parts.add(weakened.necessity());
            }
        }
        return new Judgement(claim, outcomes, parts);
    }

    /** Follows from the outcomes alone. */
    public Verdict verdict() {
        if (claim.isBeyondTheModel()) {
            return Verdict.NOT_A_MODEL_QUESTION;
        }
        if (came(true, Experiment.Result.OTHERWISE)) {
            return Verdict.REFUTED;
        }
        if (outcomes.isEmpty() || came(true, Experiment.Result.UNKNOWN)) {
            return Verdict.UNDECIDED;
        }
        if (came(false, Experiment.Result.OTHERWISE)) {
            return Verdict.HOLDS_IF;
        }
        return came(false, Experiment.Result.UNKNOWN) ? Verdict.UNDECIDED : Verdict.HOLDS;
    }

    /** Whether any experiment inside, or outside, of the condition came out so. */
    private boolean came(boolean inside, Experiment.Result result) {
        return outcomes.stream()
                .anyMatch(o -> o.experiment().inside() == inside && o.result() == result);
    }

    /** Whether the verdict is another than was expected by reading. */
    public boolean differs() {
        return verdict() != claim.expectation().verdict();
    }

    /** Whether the verdict is the documented one: what was expected, or what was explained. */
    public boolean isAsDocumented() {
        return verdict() == claim.documented();
    }

    /**
     * The outcome that a story shows best: what refutes the claim, else what shows that its
     * condition is needed, else a break that it predicts.
     */
    public Optional<Outcome> deciding() {
        List<Outcome> order = new ArrayList<>();
        outcomes.stream()
                .filter(o -> o.experiment().inside() && o.result() == Experiment.Result.OTHERWISE)
                .forEach(order::add);
        outcomes.stream()
                .filter(o -> o.result() == Experiment.Result.OTHERWISE)
                .forEach(order::add);
        order.addAll(outcomes);
        return order.stream().filter(o -> o.reply().answer() == Answer.NO).findFirst();
    }

    /** The story of the deciding outcome, if there is one. */
    public Optional<Tale> tell(CheckOptions options) {
        return deciding()
                .flatMap(outcome -> outcome.experiment().question().tell(outcome.reply(), options));
    }
}
