package shootdown.pages;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Story;
import shootdown.claims.Claim;
import shootdown.claims.Judgement;
import shootdown.claims.Tale;
import shootdown.claims.Verdict;
import shootdown.report.ClaimsReport;
import shootdown.report.ClaimsText;
import shootdown.report.Numbers;
import shootdown.report.Span;
import shootdown.report.Template;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Claims and their verdicts as a page: a table, and below it each claim in full. */
public final class ClaimsHtml {
    private static final Template PAGE = new Template(ClaimsHtml.class, "claims.html");

    private ClaimsHtml() {}

    /** Where the story of a claim is. */
    public interface Links {
        /** The page of this story, or null if there is none. */
        StoryLinks.@Nullable Link to(Story story);
    }

    public static String text(ClaimsReport report, Links links) {
        Map<String, Object> page = Index.values();
        page.put("claims", Numbers.count(report.rulings().size(), "claim", "claims"));
        page.put("conclusion", ClaimsText.conclusion(report));
        page.put(
                "sizes",
                "%s, %s states"
                        .formatted(
                                Numbers.count(report.searches(), "search", "searches"),
                                Numbers.of(report.states())));
        page.put("interrupted", report.interrupted());
        page.put("verdicts", Stream.of(Verdict.values()).map(ClaimsHtml::choice).toList());
        page.put("rulings", report.rulings().stream().map(one -> ruling(one, links)).toList());
        page.put("version", report.version());
        return PAGE.page(page);
    }

    private static Map<String, Object> choice(Verdict verdict) {
        return Map.of("value", word(verdict), "label", verdict.word());
    }

    /** Without blanks, as filters need it. */
    private static String word(Verdict verdict) {
        return verdict.word().replace(' ', '-');
    }

    private static Map<String, Object> ruling(ClaimsReport.Ruling ruling, Links links) {
        Judgement judgement = ruling.judgement();
        Claim claim = judgement.claim();
        Span verdict = ClaimsText.verdict(judgement.verdict());
        StoryLinks.Link link =
                ruling.tale() instanceof Tale.Broken broken ? links.to(broken.story()) : null;
        Map<String, Object> row = new HashMap<>();
        row.put("number", claim.number());
        row.put("who", ClaimsText.who(claim));
        row.put("author", claim.source().author());
        row.put("title", claim.title());
        row.put("verdict", verdict.text());
        row.put("word", word(judgement.verdict()));
        row.put("tone", verdict.tone().name().toLowerCase(Locale.ROOT));
        row.put("expected", claim.expectation().verdict().word());
        row.put("mark", ClaimsText.mark(judgement).text());
        row.put("full", ClaimsText.full(ruling).text());
        row.put("steps", link == null ? "" : String.valueOf(link.steps()));
        row.put("story", link == null ? false : Map.of("href", link.href(), "count", link.steps()));
        return row;
    }
}
