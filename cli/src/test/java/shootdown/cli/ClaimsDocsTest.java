package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.CheckOptions;
import shootdown.claims.Answer;
import shootdown.claims.Claim;
import shootdown.claims.Claims;
import shootdown.claims.Experiment;
import shootdown.claims.Judgement;
import shootdown.claims.Judgement.Outcome;
import shootdown.claims.Verdict;
import shootdown.report.CheckReport.Limits;
import shootdown.report.ClaimsReport;
import shootdown.report.ClaimsReport.Ruling;
import shootdown.report.ClaimsText;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Every claim is judged once, and what comes out is what the docs say: the page of each claim, the
 * table of all, and the tables of the thread.
 */
class ClaimsDocsTest {
    private static final Path FOLDER = GeneratedPart.ROOT.resolve("docs/claims");
    private static final ClaimsReport ALL = judgeAll();

    private static ClaimsReport judgeAll() {
        OutputStream nowhere = OutputStream.nullOutputStream();
        Console quiet = new Console(nowhere, new PrintStream(nowhere), false, false);
        Session session = new Session(quiet, new Interruption());
        Limits limits = new Limits(0, 0, true, true, true, false);
        return new Court(CheckOptions.reduced(), limits, 2, session).judge(Claims.all(), true);
    }

    @Test
    void verdictsAreThoseOnRecord() {
        assertThat(numbers(judgement -> !judgement.isAsDocumented())).isEmpty();
    }

    @Test
    void everyVerdictThatWasNotExpectedIsExplained() {
        assertThat(numbers(j -> j.differs() && j.claim().difference().isEmpty())).isEmpty();
    }

    @Test
    void everyRefutationIsAStoryOrAnExhaustiveSearch() {
        for (Ruling ruling : ALL.rulings()) {
            Judgement judgement = ruling.judgement();
            boolean searched =
                    judgement.outcomes().stream()
                            .filter(o -> o.result() == Experiment.Result.OTHERWISE)
                            .anyMatch(o -> o.reply().answer() == Answer.YES);
            assertThat(judgement.verdict() != Verdict.REFUTED || ruling.tale() != null || searched)
                    .as("claim %d", judgement.claim().number())
                    .isTrue();
        }
    }

    /** So each experiment counts: none is there for show. */
    @Test
    void anExperimentTakenTheWrongWayRoundChangesTheVerdict() {
        for (Ruling ruling : ALL.rulings()) {
            Judgement judgement = ruling.judgement();
            List<Outcome> outcomes = judgement.outcomes();
            for (int i = 0; i < outcomes.size(); i++) {
                boolean counts =
                        switch (judgement.verdict()) {
                            case HOLDS, HOLDS_IF -> outcomes.get(i).experiment().inside();
                            case REFUTED ->
                                    outcomes.get(i).result() == Experiment.Result.OTHERWISE
                                            && outcomes.get(i).experiment().inside();
                            case UNDECIDED, NOT_A_MODEL_QUESTION -> false;
                        };
                if (counts) {
                    assertThat(inverted(judgement, i).verdict())
                            .as(
                                    "claim %d, %s",
                                    judgement.claim().number(), outcomes.get(i).experiment().says())
                            .isNotEqualTo(judgement.verdict());
                }
            }
        }
    }

    private static Judgement inverted(Judgement judgement, int index) {
        List<Outcome> outcomes = new ArrayList<>(judgement.outcomes());
        Outcome outcome = outcomes.get(index);
        outcomes.set(index, new Outcome(outcome.experiment().inverted(), outcome.reply()));
        return new Judgement(judgement.claim(), outcomes, List.of());
    }

    private static List<Integer> numbers(Predicate<Judgement> which) {
        return ALL.rulings().stream()
                .map(Ruling::judgement)
                .filter(which)
                .map(judgement -> judgement.claim().number())
                .toList();
    }

    @Test
    void pages() throws IOException {
        Set<Path> pages = new TreeSet<>();
        for (Ruling ruling : ALL.rulings()) {
            Path page = FOLDER.resolve(file(ruling.judgement().claim()));
            pages.add(page);
            String text = page(ruling);
            if (Boolean.getBoolean("golden.refresh")) {
                Files.writeString(page, text);
            }
            assertThat(Files.readString(page))
                    .as("%s; rewrite it with -Dgolden.refresh=true", page)
                    .isEqualTo(text);
        }
        try (Stream<Path> there = Files.list(FOLDER)) {
            assertThat(there.filter(page -> !page.endsWith("README.md")))
                    .as("pages of claims")
                    .containsExactlyInAnyOrderElementsOf(pages);
        }
    }

    private static String page(Ruling ruling) {
        ClaimsReport one =
                new ClaimsReport("", List.of(ruling), 0, 0, ALL.limits(), false, ALL.measured());
        String text = ClaimsText.full(one).text();
        int number = ruling.judgement().claim().number();
        return """
        # Claim %d

        What `shootdown claims %d` prints; made by `ClaimsDocsTest`. [All claims](README.md), [the mails](../thread.md).

        ```text
        %s```
        """
                .formatted(number, number, text.substring(0, text.indexOf("\nmeasured: ")));
    }

    @Test
    void tableOfAll() throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("| # | said by | claim | verdict | expected | searches |\n");
        text.append("|---|---|---|---|---|---|\n");
        for (Ruling ruling : ALL.rulings()) {
            Judgement judgement = ruling.judgement();
            Claim claim = judgement.claim();
            text.append(
                    "| [%d](%s) | %s | %s | %s | %s | %s |%n"
                            .formatted(
                                    claim.number(),
                                    file(claim),
                                    claim.source().label(),
                                    claim.title(),
                                    verdict(judgement),
                                    claim.expectation().words(),
                                    searches(claim)));
        }
        GeneratedPart.check("docs/claims/README.md", "claims", text.toString());
    }

    private static String searches(Claim claim) {
        long count =
                claim.experiments().stream()
                        .flatMap(experiment -> experiment.question().runs().stream())
                        .distinct()
                        .count();
        return count == 0 ? "" : Long.toString(count);
    }

    /** With the condition, or what there is to say about a difference. */
    private static String verdict(Judgement judgement) {
        Claim claim = judgement.claim();
        String word = "**%s**".formatted(judgement.verdict().word());
        return switch (judgement.verdict()) {
                    case HOLDS_IF -> word + " " + claim.condition();
                    case NOT_A_MODEL_QUESTION -> "-";
                    case HOLDS, REFUTED, UNDECIDED -> word;
                }
                + (judgement.differs() ? ". *Other than expected:* " + claim.difference() : "");
    }

    @Test
    void tablesOfTheThread() throws IOException {
        GeneratedPart.check("docs/thread.md", "claims", thread(claim -> claim.number() <= 45));
        GeneratedPart.check("docs/thread.md", "commits", thread(claim -> claim.number() > 45));
    }

    private static String thread(Predicate<Claim> which) {
        StringBuilder text =
                new StringBuilder("| # | mail | claim | verdict |\n|---|---|---|---|\n");
        for (Ruling ruling : ALL.rulings()) {
            Claim claim = ruling.judgement().claim();
            if (which.test(claim)) {
                text.append(
                        "| %d | %s | %s | [%s](claims/%s) |%n"
                                .formatted(
                                        claim.number(),
                                        claim.source().label(),
                                        claim.text(),
                                        ruling.judgement().verdict().word(),
                                        file(claim)));
            }
        }
        return text.toString();
    }

    private static String file(Claim claim) {
        return claim.number() + ".md";
    }
}
