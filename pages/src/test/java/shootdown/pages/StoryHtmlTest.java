package shootdown.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.StoryJson;
import shootdown.report.Template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class StoryHtmlTest {
    private static final String HOSTILE =
            "</script><script>alert('1')</script><!-- \"&\u202e\u2028 ${x} {{y}}";

    private static CatalogueEntry policy(String name) {
        return Catalogue.find(name).orElseThrow();
    }

    private static Universe universe(String name) {
        return Universes.find(name).orElseThrow();
    }

    private static Cell cell(CatalogueEntry policy, Universe universe) {
        return Checker.check(policy, universe, CheckOptions.reduced());
    }

    private static Story story(CatalogueEntry policy, Universe universe) {
        return Storyteller.tell(policy, universe, Property.P3, CheckOptions.reduced())
                .orElseThrow();
    }

    private static String page(CatalogueEntry policy, Universe universe) {
        return StoryHtml.text(cell(policy, universe), story(policy, universe), "1.0");
    }

    /** What stands in the script with this id, as the browser hands it to the page's script. */
    private static String inScript(String page, String id) {
        String start = "<script type=\"application/json\" id=\"" + id + "\">";
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf("</script>", from));
    }

    @Test
    void thePageHoldsThePublishedJson() throws IOException {
        CatalogueEntry policy = policy("sync-guest");
        Universe universe = universe("u1-linear-uvm");
        String published = StoryJson.compact(cell(policy, universe), story(policy, universe));
        String held = inScript(page(policy, universe), "data");
        assertThat(held).isEqualTo(Template.data(published)).doesNotContain("<", ">");
        Path golden =
                Path.of(
                        System.getProperty("shootdown.root", ".."),
                        "pages/src/test/resources/golden/story-page.json");
        String lines = published.replace("},{", "},\n{") + "\n";
        if (Boolean.getBoolean("golden.refresh")) {
            Files.writeString(golden, lines);
        }
        assertThat(lines).isEqualTo(Files.readString(golden));
    }

    @Test
    void aHostileNameIsText() {
        CatalogueEntry real = policy("sync-guest");
        CatalogueEntry policy =
                new CatalogueEntry(
                        HOSTILE, List.of(), real.policy(), HOSTILE, "", false, List.of());
        Universe plain = universe("u1-linear-uvm");
        String page = page(policy, plain.with(HOSTILE, plain.machine()));
        assertThat(page).doesNotContain("<script>alert", "</script><script>alert", "<!-- ");
        assertThat(page).contains("<bdi>&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)");
        String ownScript = "<script>";
        assertThat(page.split(Pattern.quote(ownScript), -1)).as("two scripts").hasSize(3);
        assertThat(inScript(page, "data")).doesNotContain("<", "\u2028");
    }

    @Test
    void aNameOfTenThousandCharactersMakesAPageLikeAnyOther() {
        CatalogueEntry real = policy("sync-guest");
        String name = "long".repeat(2500);
        CatalogueEntry policy =
                new CatalogueEntry(name, List.of(), real.policy(), "", "", false, List.of());
        assertThat(page(policy, universe("u1-linear-uvm")))
                .contains("<bdi>" + name + "</bdi>")
                .hasSizeLessThan(1_000_000);
    }

    @Test
    void thePageAsksNoNetwork() {
        String page = page(policy("local-only"), universe("u4-smp-linear"));
        assertThat(page)
                .contains("default-src 'none'; script-src 'sha256-")
                .doesNotContain("unsafe-inline");
        String withoutNamespace = page.replace("http://www.w3.org/2000/svg", "");
        assertThat(withoutNamespace).doesNotContain("http://", "https://", "@import", " src=");
    }

    @Test
    void theScenarioIsInThePageIfThereCanBeOne() {
        String page = page(policy("sync-guest"), universe("u1-linear-uvm"));
        assertThat(inScript(page, "scenario")).contains("breaks P3");
        assertThat(page).contains("id=\"save-scenario\"").doesNotContain("No scenario file");
    }

    @Test
    void aNearMissSaysWhyThereIsNoScenario() {
        CatalogueEntry policy = policy("final");
        Universe universe = universe("u4-smp-linear");
        Story story = Storyteller.nearMiss(policy, universe, CheckOptions.reduced()).orElseThrow();
        assertThat(StoryHtml.text(cell(policy, universe), story, "1.0"))
                .contains("No scenario file: <bdi>this is a near miss")
                .doesNotContain("id=\"save-scenario\"");
    }
}
