package shootdown.claims;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.claims.Where.in;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.checker.CheckOptions;
import shootdown.checker.Necessity;
import shootdown.policy.Catalogue;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** How a verdict follows from what runs find. */
final class JudgementTest {
    private static final Where U5 = in("u5-recursive");
    private static final Weakening NO_NEW = Weakenings.named("no-new").orElseThrow();
    private static final Weakening NO_LOCAL = Weakenings.named("no-local").orElseThrow();
    private static final Where U2 = in("u2-xpti-boot");

    private static Claim.Builder claim() {
        return Claim.claim(15, Source.AC_3, "title", "text").expect(Verdict.HOLDS, "yes");
    }

    private static Judgement judge(Claim claim, CheckOptions options) {
        Findings findings = new Findings();
        for (Run run : Findings.needed(List.of(claim))) {
            findings.add(run, run.perform(options));
        }
        return Judgement.of(claim, findings);
    }

    private static Judgement judge(Claim claim) {
        return judge(claim, CheckOptions.reduced());
    }

    @Test
    void holdsIfEverythingCameOutAsPredicted() {
        Claim claim = claim().keeps("final", U5, P3).breaks("in-use-only", U5, P3).end();

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(claim).differs()).isFalse();
    }

    @Test
    void onlyRunsThatTookPlaceAreCounted() {
        Claim claim = claim().keeps("final", U5, P3).breaks("in-use-only", U5, P3).end();
        List<Run> runs = Findings.needed(List.of(claim));
        Findings findings = new Findings();
        findings.add(runs.getFirst(), runs.getFirst().perform(CheckOptions.reduced()));

        assertThat(runs).hasSize(2);
        assertThat(findings.searches(runs)).isEqualTo(1);
    }

    @Test
    void refutedIfOneInsideTheConditionDidNot() {
        Claim claim = claim().keeps("final", U5, P3).keeps("in-use-only", U5, P3).end();

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.REFUTED);
        assertThat(judge(claim).differs()).isTrue();
    }

    @Test
    void holdsUnderAConditionIfOneOutsideDidNot() {
        Claim claim =
                claim().keeps("v1", U2, P2)
                        .onlyIf("the direct store stays")
                        .keeps("draft", U2, P2)
                        .end();

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.HOLDS_IF);
    }

    @Test
    void conditionThatIsNotNeededIsNoCondition() {
        Claim claim = claim().keeps("v1", U2, P2).onlyIf("it rains").keeps("v2", U2, P2).end();

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.HOLDS);
    }

    @Test
    void refutedInsideOutranksWhatIsOpen() {
        Claim claim = claim().keeps("in-use-only", U5, P3).keeps("final", U5, P2).end();

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.REFUTED);
    }

    @Test
    void undecidedIfALimitWasReached() {
        Claim claim = claim().keeps("final", in("u4-smp-linear"), P3).end();
        CheckOptions reduced = CheckOptions.reduced();
        CheckOptions few = reduced.withSearch(reduced.search().withMaxStates(20));

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(claim, few).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void undecidedIfALimitWasReachedOutsideOfTheCondition() {
        Claim claim =
                claim().keeps("final", U5, P3)
                        .onlyIf("it rains")
                        .keeps("final", in("u4-smp-linear"), P3)
                        .end();
        CheckOptions reduced = CheckOptions.reduced();
        CheckOptions few = reduced.withSearch(reduced.search().withMaxStates(20));

        assertThat(judge(claim, few).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void undecidedIfARunDidNotTakePlace() {
        Claim claim = claim().keeps("final", U5, P3).end();

        assertThat(Judgement.of(claim, new Findings()).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void undecidedIfNothingWasAtStake() {
        Claim claim = claim().keeps("final", U5, P2).end(); // no XPTI there

        Judgement judgement = judge(claim);

        assertThat(judgement.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(judgement.outcomes().getFirst().reply().answer()).isEqualTo(Answer.SAYS_NOTHING);
    }

    @Test
    void safetyWithoutAnyFlushSupportsNothingUnlessThatIsWhatIsAsked() {
        Where types = in("u12-life");

        assertThat(judge(claim().keeps("none", types, P1).end()).verdict())
                .isEqualTo(Verdict.UNDECIDED);
        assertThat(judge(claim().keepsUnflushed("none", types, P1).end()).verdict())
                .isEqualTo(Verdict.HOLDS);
    }

    @Test
    void claimBeyondTheModelNeedsNoRun() {
        Claim claim = claim().beyondTheModel("it is about speed").end();

        assertThat(Judgement.of(claim, new Findings()).verdict())
                .isEqualTo(Verdict.NOT_A_MODEL_QUESTION);
    }

    @Test
    void claimWithoutAnExperimentIsUndecided() {
        assertThat(judge(claim().end()).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 17, 23, 27, 42})
    void anExperimentTakenTheWrongWayRoundChangesTheVerdict(int number) {
        Claim claim = Claims.find(number).orElseThrow();
        List<Experiment> experiments = new ArrayList<>(claim.experiments());
        Judgement sound = judge(claim);

        for (int i = 0; i < experiments.size(); i++) {
            List<Experiment> inverted = new ArrayList<>(experiments);
            inverted.set(i, experiments.get(i).inverted());
            assertThat(judge(claim.with(inverted)).verdict())
                    .as(experiments.get(i).says())
                    .isNotEqualTo(sound.verdict());
        }
    }

    @Test
    void anotherPolicyInItsPlaceFlipsTheClaim() {
        UnaryOperator<Claim.Builder> breaks15 = claim -> claim.keeps("in-use-only", U5, P3);
        UnaryOperator<Claim.Builder> keeps15 = claim -> claim.keeps("final", U5, P3);

        assertThat(judge(breaks15.apply(claim()).end()).verdict()).isEqualTo(Verdict.REFUTED);
        assertThat(judge(keeps15.apply(claim()).end()).verdict()).isEqualTo(Verdict.HOLDS);
    }

    @Test
    void policiesThatPartAreNotAlike() {
        Claim alike = claim().alike("v2", ClaimPolicies.V2_EITHER, U5).end();
        Claim different =
                claim().alike("final", Catalogue.find("in-use-only").orElseThrow(), U5).end();

        assertThat(judge(alike).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(different).verdict()).isEqualTo(Verdict.REFUTED);
        assertThat(judge(different).tell(CheckOptions.reduced()))
                .hasValueSatisfying(tale -> assertThat(tale).isInstanceOf(Tale.Different.class));
    }

    @Test
    void policiesWithOtherVerdictsAreTold() {
        Claim same = claim().sameVerdicts("final", "v2", U5).end();
        Claim other = claim().sameVerdicts("final", "in-use-only", U5).end();

        assertThat(judge(same).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(other).verdict()).isEqualTo(Verdict.REFUTED);
    }

    @Test
    void storyIsThatOfTheExperimentThatDecides() {
        Judgement judgement = judge(Claims.find(15).orElseThrow());

        assertThat(judgement.tell(CheckOptions.reduced()))
                .hasValueSatisfying(
                        tale ->
                                assertThat(((Tale.Broken) tale).story().universe().name())
                                        .isEqualTo("u10-ptwr-recursive"));
    }

    @Test
    void whatAStateShowsIsSeenOrNever() {
        Where u1 = in("u1-linear-uvm");
        Claim seen = claim().meets("sync-guest", Scene.WRONG_TABLE, u1).end();
        Claim never = claim().avoids("final", Scene.WRONG_TABLE, u1).end();
        Claim wrong = claim().avoids("sync-guest", Scene.WRONG_TABLE, u1).end();

        assertThat(judge(seen).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(never).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(judge(wrong).verdict()).isEqualTo(Verdict.REFUTED);
    }

    @Test
    void whatCouldNeverHaveBeenSeenSaysNothing() {
        Claim claim = claim().avoids("final", Scene.WRONG_TABLE, U5).end(); // edits no mapping

        assertThat(judge(claim).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void whatIsEnoughIsTakenApart() {
        Run part = new Run.Weaken(Catalogue.find("final").orElseThrow(), NO_NEW, U5);
        Run needed = new Run.Weaken(Catalogue.find("final").orElseThrow(), NO_LOCAL, U5);

        assertThat(effect(part)).isEqualTo(Necessity.Effect.SAFE);
        assertThat(effect(needed)).isEqualTo(Necessity.Effect.BROKEN);
    }

    private static Necessity.Effect effect(Run run) {
        Finding.Weakened found = (Finding.Weakened) run.perform(CheckOptions.reduced());
        return found.necessity().effect();
    }

    @Test
    void equalRunsAreMadeOnce() {
        Claim twice = claim().keeps("final", U5, P3).keeps("final", U5, P3).end();
        Claim again = claim().keeps("final", U5, P3).end();

        assertThat(Findings.needed(List.of(twice, again))).hasSize(1);
    }
}
