package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.pages.StoryHtml;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The page of {@code explain --html}. */
@InBrowser
class StoryPageTest {
    @TempDir private static Path folder;
    private static Path story = Path.of("");

    @RegisterExtension final Tab tab = new Tab();

    @BeforeAll
    static void make() {
        story = folder.resolve("story.html");
        Command.run("explain", "draft", "u2-xpti-boot", "--html", story.toString()).exitsWith(1);
    }

    private static int steps(Page page) {
        return page.locator("#steps a.step").count() - 1;
    }

    private static String position(Page page) {
        return page.locator("#position").innerText();
    }

    @Test
    void arrowsLeadThroughAllStepsToWhatIsWrong() {
        Page page = tab.open(story);
        int last = steps(page);
        assertThat(page.locator("#banner").isVisible()).isFalse();
        for (int n = 1; n <= last; n++) {
            page.keyboard().press("ArrowRight");
            assertThat(position(page)).isEqualTo(n + " of " + last);
            assertThat(page.locator(".where").innerText()).startsWith("After step " + n + ":");
            assertThat(page.locator("#says").textContent()).startsWith("Step " + n + " of " + last);
        }
        assertThat(page.locator("#banner").innerText()).contains("Wrong:", "Remedy:");
        page.keyboard().press("Home");
        assertThat(position(page)).isEqualTo("0 of " + last);
        assertThat(page.locator("#previous").isDisabled()).isTrue();
    }

    @Test
    void everyStepHasALinkThatLeadsThere() {
        Page page = tab.open(story);
        int last = steps(page);
        for (int n = 0; n <= last; n++) {
            page.locator("#steps a.step").nth(n).click();
            assertThat(page.url()).endsWith("#step=" + n);
            page.reload();
            assertThat(position(page)).isEqualTo(n + " of " + last);
        }
        page.navigate(story.toUri() + "#step=999");
        page.reload();
        assertThat(position(page)).isEqualTo(last + " of " + last);
    }

    @Test
    void entryIsWatchedThroughAllStepsByKeysAlone() {
        Page page = tab.open(story);
        Locator entry = page.locator("button.watch[data-key='[\"entry\",[\"L4\",0]]']");
        entry.focus();
        page.keyboard().press("Enter");
        assertThat(page.locator(".watched caption").innerText()).contains("L4[0]");
        assertThat(page.locator("button.watch:focus").getAttribute("aria-pressed"))
                .isEqualTo("true");
        page.keyboard().press("End");
        assertThat(page.locator(".watched tr.now").count()).isOne();
        page.locator(".watched caption button").click();
        assertThat(page.locator(".watched").count()).isZero();
    }

    @Test
    void safePolicyIsShownBesideInTheSameSteps() {
        Page page = tab.open(story);
        page.keyboard().press("c");
        assertThat(page.locator("#beside").isVisible()).isTrue();
        page.keyboard().press("End");
        assertThat(page.locator("#beside-steps a[aria-current]").count()).isOne();
        Axe.findsNothing(page);
        tab.inEachForm("story-beside", form -> Layout.isTidy(page, form));
    }

    @Test
    void savedScenarioRunsIntoTheSameViolation() {
        Page page = tab.open(story);
        Download saved = page.waitForDownload(page.locator("#save-scenario")::click);
        Path file = folder.resolve("saved.scn");
        saved.saveAs(file);
        Command run = Command.run("run", file.toString()).exitsWith(0);
        assertThat(run.out()).contains("P2");
    }

    @Test
    void keysAreToldByAKey() {
        Page page = tab.open(story);
        page.keyboard().press("?");
        assertThat(page.locator("#keys").isVisible()).isTrue();
        Axe.findsNothing(page);
        page.keyboard().press("Escape");
        assertThat(page.locator("#keys").isVisible()).isFalse();
    }

    @Test
    void axeFindsNothingToMendInAnyStep() {
        Page page = tab.open(story);
        for (int n = 0; n <= steps(page); n++) {
            Axe.findsNothing(page);
            page.keyboard().press("ArrowRight");
        }
        Tab.Form.DARK.apply(page);
        Axe.findsNothing(page);
        Tab.Form.NARROW.apply(page);
        Axe.findsNothing(page);
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void hostileNameIsShownAsText(String name) throws IOException {
        CatalogueEntry real = Catalogue.find("sync-guest").orElseThrow();
        CatalogueEntry policy =
                new CatalogueEntry(name, List.of(), real.policy(), name, "", false, List.of());
        Universe plain = Universes.find("u1-linear-uvm").orElseThrow();
        Universe universe = plain.with(name, plain.machine());
        Story told =
                Storyteller.tell(policy, universe, Property.P3, CheckOptions.reduced())
                        .orElseThrow();
        Cell cell = Checker.check(policy, universe, CheckOptions.reduced());
        Path file = folder.resolve("hostile.html");
        Files.writeString(file, StoryHtml.text(cell, told, "1"));
        Page page = tab.open(file);
        page.keyboard().press("End");
        page.keyboard().press("c");
        assertThat(page.locator("h1 bdi").first().textContent()).isEqualTo(name);
        assertThat(page.locator("img").count()).isZero();
        Tab.Form.NARROW.apply(page);
        Layout.isTidy(page, Tab.Form.NARROW);
    }

    static List<String> hostileNames() {
        return List.of(
                "</script><script>document.title = 'taken'</script><img src=x onerror=alert(1)>",
                "\"' onload=alert(1) <!-- ${x} {{y}} &amp; \u2028",
                "safe \u202e fael \u2066 \u200f",
                "long".repeat(2_500));
    }

    @Test
    void nothingIsCutOrOverlaps() {
        Page page = tab.open(story, "#step=3");
        tab.inEachForm("story", form -> Layout.isTidy(page, form));
    }
}
