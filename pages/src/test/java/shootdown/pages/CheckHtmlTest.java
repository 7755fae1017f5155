package shootdown.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport;
import shootdown.report.Result;

import java.util.EnumSet;
import java.util.List;

class CheckHtmlTest {
    private static final String HOSTILE = "\"><script>alert(1)</script>\u202egpj";
    private static final StoryLinks LINKS =
            (cell, property) -> new StoryLinks.Link("stories/" + property + ".html", 3);

    private static String page(String name, List<Property> expected, StoryLinks links) {
        CatalogueEntry none = Catalogue.find("none").orElseThrow();
        CatalogueEntry policy =
                new CatalogueEntry(
                        name, List.of(), none.policy(), name, name, true, none.expectations());
        Universe universe = Universes.find("u2-xpti-boot").orElseThrow();
        Cell cell = Checker.check(policy, universe, CheckOptions.reduced());
        List<Property> all = Property.byDefault();
        Result result = new Result(policy, universe, EnumSet.copyOf(all), expected, true, cell);
        return CheckHtml.text(
                new CheckReport(
                        "1",
                        List.of(policy),
                        List.of(universe),
                        all,
                        List.of(result),
                        new CheckReport.Limits(0, 0, true, true, true, false),
                        false,
                        new CheckReport.Measured(1, 1)),
                links);
    }

    @Test
    void everyBreakLinksToItsStoryWithItsSteps() {
        assertThat(page("none", List.of(Property.P2, Property.P5), LINKS))
                .contains("<a href=\"stories/P2.html\">P2 in 3 steps</a>")
                .contains("<a href=\"stories/P5.html\">P5 in 3 steps</a>")
                .contains("All is as expected.", "none (ideal)");
    }

    @Test
    void aBreakWithoutStoryIsNamedAndSaidToHaveNone() {
        assertThat(page("none", List.of(Property.P2, Property.P5), (cell, property) -> null))
                .contains("2 broken properties have no story here", "<td>P2 P5 </td>");
    }

    @Test
    void whatDiffersFromTheExpectationSaysWhatWasExpected() {
        assertThat(page("none", List.of(Property.P2), LINKS))
                .contains("P2 P5!", "expected P2</small>", "1 differ from what is expected")
                .contains("data-verdict=\"broken differs\"");
    }

    @Test
    void aHostileNameIsText() {
        assertThat(page(HOSTILE, List.of(), LINKS))
                .doesNotContain("<script>alert", "\u202e")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u202egpj");
    }

    @Test
    void thePageForbidsTheNetworkAndAllScriptsButItsOwn() {
        assertThat(page("none", List.of(), LINKS))
                .contains("default-src 'none'; script-src 'sha256-")
                .doesNotContain("unsafe-inline", "http:", "https:");
    }

    @Test
    void aFilterIsALinkWhateverTheNames() {
        assertThat(Index.filter("policy", "a&b=c #\"", "universe", "u1-*"))
                .isEqualTo("#policy=a%26b%3Dc%20%23%22&universe=u1-*");
    }
}
