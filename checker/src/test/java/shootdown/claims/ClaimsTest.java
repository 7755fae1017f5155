package shootdown.claims;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.IntStream;

/** What must be so of every claim, whatever runs say. */
final class ClaimsTest {
    /** As many characters fit beside the other columns of the table. */
    private static final int TITLE = 58;

    static List<Claim> all() {
        return Claims.all();
    }

    @Test
    void numbersAreThoseOfTheFactsInTheirOrder() {
        List<Integer> numbers =
                IntStream.concat(IntStream.rangeClosed(1, 52), IntStream.of(56, 57))
                        .boxed()
                        .toList();

        assertThat(Claims.all()).extracting(Claim::number).isEqualTo(numbers);
    }

    @ParameterizedTest
    @MethodSource("all")
    void expectationWasWrittenDown(Claim claim) {
        assertThat(claim.expectation().words()).isNotEmpty();
        assertThat(claim.expectation().verdict()).isNotEqualTo(Verdict.UNDECIDED);
        assertThat(claim.documented()).isNotEqualTo(Verdict.UNDECIDED);
        assertThat(claim.title()).isNotEmpty().hasSizeLessThanOrEqualTo(TITLE);
        assertThat(claim.text()).endsWith(".");
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsOnRecordIsExpectedOrExplained(Claim claim) {
        assertThat(claim.documented() == claim.expectation().verdict())
                .as("a difference has an explanation, and nothing else has")
                .isEqualTo(claim.difference().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("all")
    void decidedByRunsOrBeyondTheModelForAReason(Claim claim) {
        boolean runs = !claim.experiments().isEmpty();

        assertThat(runs).isEqualTo(!claim.isBeyondTheModel());
        assertThat(claim.experiments().stream().anyMatch(Experiment::inside)).isEqualTo(runs);
    }

    @ParameterizedTest
    @MethodSource("all")
    void conditionHasAnExperimentOutsideOfIt(Claim claim) {
        assertThat(claim.experiments().stream().anyMatch(e -> !e.inside()))
                .isEqualTo(!claim.condition().isEmpty());
    }
}
